package plane

import (
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfig writes a kubeconfig, with the token inside it, to path (0600).
func writeKubeconfig(path, server string, caPEM []byte, token string) error {
	config := clientcmdapi.NewConfig()
	cluster := clientcmdapi.NewCluster()
	cluster.Server = server
	cluster.CertificateAuthorityData = caPEM
	config.Clusters["seatrial"] = cluster
	user := clientcmdapi.NewAuthInfo()
	user.Token = token
	config.AuthInfos["seatrial-admin"] = user
	context := clientcmdapi.NewContext()
	context.Cluster = "seatrial"
	context.AuthInfo = "seatrial-admin"
	config.Contexts["seatrial"] = context
	config.CurrentContext = "seatrial"
	// clientcmd writes with 0600.
	return clientcmd.WriteToFile(*config, path)
}

// adminConfig is the administrator's client configuration for use inside the process.
func adminConfig(server string, keys *pki) *rest.Config {
	return &rest.Config{
		Host:            server,
		TLSClientConfig: rest.TLSClientConfig{CAData: keys.caPEM},
		BearerToken:     keys.adminToken,
		QPS:             1000,
		Burst:           2000,
		ContentConfig:   rest.ContentConfig{ContentType: "application/vnd.kubernetes.protobuf"},
	}
}
