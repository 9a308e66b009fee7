import TestSupport
import Testing

@Suite struct CompletionTests {
  @Test(
    "Bash completes the names of files and folders",
    arguments: [
      ("classify twe", "tweets.jsonl"), ("classify tweets.jsonl min", "mine"), ("classify --model m", "mine"),
      ("drop --spool m", "mine"), ("train marks --from m", "mine"), ("train all twe", "tweets.jsonl"),
      ("model shrink small twe", "tweets.jsonl"),
      ("classify --emit c", "compact"),
    ])
  func completesFileNames(_ line: String, _ completed: String) async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      """
      touch tweets.jsonl; mkdir mine
      . <($ANIMO --generate-completion-script bash)
      COMP_LINE='animo \(line)'; COMP_POINT=${#COMP_LINE}
      COMP_WORDS=($COMP_LINE); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _animo animo "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      echo "${COMPREPLY[*]}"
      """, in: scratch.url)
    #expect(outcome.output == "\(completed)\n")
  }
}
