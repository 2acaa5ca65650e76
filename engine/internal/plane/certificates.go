package plane

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apiserver/pkg/authentication/user"
)

// tokensFile is the API server's list of static tokens and their users.
const tokensFile = "tokens.csv"

// Every boot creates its own authorities. They are valid for longer than a forgotten background plane may
// run.
const certificateLifetime = 365 * 24 * time.Hour

// pki is the directory (0700) of one boot's keys, certificates and tokens (0600).
type pki struct {
	dir string

	ca                 *authority
	caPEM              []byte
	adminToken         string
	serviceAccountFile string
}

func (p *pki) path(name string) string { return filepath.Join(p.dir, name) }

type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// newPKI creates the cluster's authority, the front-proxy's authority, the certificates that they sign, the
// administrator's token and the service-account key.
func newPKI(dir string) (*pki, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	p := &pki{dir: dir, serviceAccountFile: filepath.Join(dir, "service-account.key")}

	ca, err := p.newAuthority("ca", "seatrial-ca")
	if err != nil {
		return nil, err
	}
	p.ca, p.caPEM = ca, encodeCertificate(ca.cert.Raw)
	frontProxy, err := p.newAuthority("front-proxy-ca", "seatrial-front-proxy-ca")
	if err != nil {
		return nil, err
	}

	serving := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
			"kubernetes.default.svc.cluster.local"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, net.ParseIP(apiServerServiceIP), net.ParseIP(advertiseAddress)},
	}
	if err := p.issue("apiserver", serving, ca); err != nil {
		return nil, err
	}
	// A certificate would be verified with every request, which takes 4 % of a busy API server's time.
	p.adminToken = rand.Text()
	admin := fmt.Sprintf("%s,seatrial-admin,seatrial-admin,%s\n", p.adminToken, user.SystemPrivilegedGroup)
	if err := os.WriteFile(p.path(tokensFile), []byte(admin), 0o600); err != nil {
		return nil, err
	}
	proxyClient := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "front-proxy-client"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if err := p.issue("front-proxy-client", proxyClient, frontProxy); err != nil {
		return nil, err
	}

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return p, writeKey(p.serviceAccountFile, key)
}

func (p *pki) newAuthority(name, commonName string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: commonName},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	cert, err := sign(template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	if err := writeKey(p.path(name+".key"), key); err != nil {
		return nil, err
	}
	return &authority{cert: cert, key: key}, os.WriteFile(p.path(name+".crt"), encodeCertificate(cert.Raw), 0o600)
}

// issue writes name.crt and name.key.
func (p *pki) issue(name string, template *x509.Certificate, ca *authority) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	cert, err := sign(template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.path(name+".crt"), encodeCertificate(cert.Raw), 0o600); err != nil {
		return err
	}
	return writeKey(p.path(name+".key"), key)
}

func sign(template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	// One hour ago, for machines whose clock is corrected after the boot.
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(certificateLifetime)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return nil, fmt.Errorf("unable to sign certificate %q: %w", template.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

func encodeCertificate(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600)
}

// ClientCertificate identifies a user to the API server. Both parts are PEM.
type ClientCertificate struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// IssueClient signs a certificate for a user. No rights come with it, but those of bindings that name the
// user or a group.
func (p *Plane) IssueClient(name string, groups []string) (*ClientCertificate, error) {
	if p.keys == nil {
		return nil, errors.New("this engine has not started the control plane, and cannot issue certificates for it")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name, Organization: groups},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	cert, err := sign(template, p.keys.ca.cert, key.Public(), p.keys.ca.key)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	var encoded bytes.Buffer
	if err := pem.Encode(&encoded, &pem.Block{Type: "EC PRIVATE KEY", Bytes: der}); err != nil {
		return nil, err
	}
	return &ClientCertificate{Certificate: string(encodeCertificate(cert.Raw)), Key: encoded.String()}, nil
}
