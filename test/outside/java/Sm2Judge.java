import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.bouncycastle.jcajce.spec.SM2ParameterSpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * BouncyCastle: whether a file is signed by SM2 with SM3, under the key of a certificate that leads to a root. Question: content,
 * signature (DER), certificate, root (PEM).
 */
class Sm2Judge {
  public static void main(String[] args) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    Lines.answer(words -> verify(Path.of(words[0]), Path.of(words[1]), read(words[2]), read(words[3])));
  }

  static String verify(Path content, Path signature, X509Certificate signer, X509Certificate root) throws Exception {
    var target = new X509CertSelector();
    target.setCertificate(signer);
    var path = new PKIXBuilderParameters(Set.of(new TrustAnchor(root, null)), target);
    path.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(signer)), "BC"));
    path.setRevocationEnabled(false);
    CertPathBuilder.getInstance("PKIX", "BC").build(path);
    var sm2 = Signature.getInstance("SM3withSM2", "BC");
    sm2.setParameter(new SM2ParameterSpec("1234567812345678".getBytes()));
    sm2.initVerify(signer.getPublicKey());
    sm2.update(Files.readAllBytes(content));
    if (!sm2.verify(Files.readAllBytes(signature))) throw new SecurityException("the signature does not hold");
    return "valid";
  }

  static X509Certificate read(String path) throws Exception {
    try (var in = new FileInputStream(path)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509", "BC").generateCertificate(in);
    }
  }
}
