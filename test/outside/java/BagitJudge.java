import gov.loc.repository.bagit.reader.BagReader;
import gov.loc.repository.bagit.verify.BagVerifier;
import java.nio.file.Path;

/** bagit-java: whether a folder is a complete and valid bag. Question: the folder. */
class BagitJudge {
  public static void main(String[] args) throws Exception {
    try (var verifier = new BagVerifier()) {
      Lines.answer(
          words -> {
            var bag = new BagReader().read(Path.of(words[0]));
            verifier.isValid(bag, false);
            BagVerifier.quicklyVerify(bag);
            return "valid";
          });
    }
  }
}
