import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;
import java.util.List;

/**
 * EU DSS: whether every signature of a document is TOTAL_PASSED at the level that is asked for, under one root and its revocation
 * list. Question: level, document, content that it is detached from or "-", root (PEM), list (DER), certificate of the
 * time-stamping authority (PEM).
 */
class DssJudge {
  public static void main(String[] args) throws Exception {
    Lines.answer(words -> validate(words[0], words[1], words[2], words[3], words[4], words[5]));
  }

  static String validate(String level, String document, String content, String root, String list, String tsa) {
    var trusted = new CommonTrustedCertificateSource();
    trusted.addCertificate(DSSUtils.loadCertificate(new File(root)));
    var known = new CommonCertificateSource();
    known.addCertificate(DSSUtils.loadCertificate(new File(tsa)));
    var verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    verifier.setAdjunctCertSources(known);
    verifier.setCrlSource(new ExternalResourcesCRLSource(new FileDocument(list)));
    var validator = SignedDocumentValidator.fromDocument(new FileDocument(document));
    validator.setCertificateVerifier(verifier);
    if (!content.equals("-")) validator.setDetachedContents(List.of(new FileDocument(content)));
    var report = validator.validateDocument().getSimpleReport();
    var said = new StringBuilder();
    var passed = report.getSignaturesCount() > 0;
    for (var id : report.getSignatureIdList()) {
      said.append(report.getIndication(id)).append(' ').append(report.getSubIndication(id)).append(' ')
          .append(report.getSignatureFormat(id)).append(' ')
          .append(report.getAdESValidationErrors(id)).append(report.getAdESValidationWarnings(id));
      passed &= report.getIndication(id) == Indication.TOTAL_PASSED;
      passed &= report.getSignatureFormat(id).toString().equals(level);
      for (var stamp : report.getSignatureTimestamps(id)) {
        passed &= stamp.getIndication() == Indication.PASSED;
        said.append(" time stamp ").append(stamp.getIndication());
      }
    }
    if (!passed) throw new IllegalStateException(said.toString());
    return said.toString();
  }
}
