package plane

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
)

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
