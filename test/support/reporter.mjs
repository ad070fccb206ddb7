// Mocha's spec reporter, with one closing line that a machine can read: "N passed, N failed, N skipped".
import Mocha from 'mocha';

export default class CountingReporter extends Mocha.reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
}
