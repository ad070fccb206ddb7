import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One question a line, its words parted by tabs; one answer a line: "yes" or "no", a tab, and the judge's words. */
interface Lines {
  /** Returns the judge's words when it accepts; throws what it refuses with. */
  String ask(String[] words) throws Exception;

  static void answer(Lines judge) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    for (String line; (line = in.readLine()) != null; ) {
      String answer;
      try {
        answer = "yes\t" + judge.ask(line.split("\t"));
      } catch (Exception refusal) {
        answer = "no\t" + refusal;
      }
      out.println(answer.replaceAll("\\R", " "));
    }
  }
}
