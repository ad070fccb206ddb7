package main

import (
	"crypto/ecdsa"
	"fmt"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// gmsmSignature: is this file signed by this signature (a file), under the key of a certificate that leads to this root (both PEM),
// with the user id of GM/T 0009?
func gmsmSignature(words []string) error {
	content, signature := read(words[0]), read(words[1])
	certificate, err := smx509.ParseCertificatePEM(read(words[2]))
	if err != nil {
		return err
	}
	roots := smx509.NewCertPool()
	if !roots.AppendCertsFromPEM(read(words[3])) {
		return fmt.Errorf("no root")
	}
	if _, err := certificate.Verify(smx509.VerifyOptions{Roots: roots}); err != nil {
		return err
	}
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok || !sm2.VerifyASN1WithSM2(key, []byte("1234567812345678"), content, signature) {
		return fmt.Errorf("the signature does not hold")
	}
	return nil
}
