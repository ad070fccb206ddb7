import java.io.FileInputStream;
import java.util.stream.Collectors;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;

/** veraPDF: whether a PDF is PDF/A-2b. Question: the file. */
class VeraJudge {
  public static void main(String[] args) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    Lines.answer(
        words -> {
          try (var in = new FileInputStream(words[0]);
              var parser = Foundries.defaultInstance().createParser(in, PDFAFlavour.PDFA_2_B);
              var validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_2_B, false)) {
            var result = validator.validate(parser);
            if (result.isCompliant()) return "PDF/A-2b";
            throw new IllegalStateException(
                result.getTestAssertions().stream().map(each -> each.getMessage()).distinct().collect(Collectors.joining("; ")));
          }
        });
  }
}
