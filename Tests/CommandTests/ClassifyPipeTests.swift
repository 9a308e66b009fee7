import Foundation
import TestSupport
import Testing

@Suite struct ClassifyPipeTests {
  @Test("A reader that leaves early ends the program silently with SIGPIPE")
  func endsSilentlyOnBrokenPipe() async throws {
    let outcome = try await Program.shell(
      #"yes '{"text":"hola"}' 2>/dev/null | $ANIMO classify -q | head -1 >/dev/null; exit ${PIPESTATUS[1]}"#)
    #expect(outcome.status == 141)
    #expect(outcome.errors == "")
  }

  @Test("A parent that ignores SIGPIPE sees the same end")
  func endsOnBrokenPipeWhenSignalIsIgnored() async throws {
    let outcome = try await Program.shell(
      #"trap '' PIPE; yes '{"text":"hola"}' 2>/dev/null | $ANIMO classify -q | head -1 >/dev/null; exit ${PIPESTATUS[1]}"#
    )
    #expect(outcome.status == 141)
    #expect(outcome.errors == "")
  }

  @Test(
    "A full disk is an error",
    arguments: [
      "echo hola | $ANIMO classify -q", "$ANIMO --help", "$ANIMO drop --help", "$ANIMO --version",
      "$ANIMO --generate-completion-script zsh",
    ])
  func reportsFullDisk(_ command: String) async throws {
    let outcome = try await Program.shell("\(command) >/dev/full")
    #expect(outcome.status == 74)
    #expect(outcome.errors == "animo: standard output: No space left on device (write)\n")
  }

  @Test("A closed standard output is an error")
  func reportsClosedOutput() async throws {
    let outcome = try await Program.shell(#"echo hola | $ANIMO classify -q >&-"#)
    #expect(outcome.status == 74)
  }

  @Test("A line is answered while the next one is still to come")
  func answersAtOnce() async throws {
    let scratch = try TemporaryDirectory()
    // The second tweet is sent when the first has been answered.
    let outcome = try await Program.shell(
      #"""
      mkfifo answered; (echo uno; read -r <answered; echo dos) | $ANIMO classify -q --input text --emit compact | {
        read -r first; echo >answered; read -r second; echo "$first$second" | grep -c '"line":1.*"line":2'
      }
      """#, in: scratch.url)
    #expect(outcome.output == "1\n")
    #expect(outcome.status == 0)
  }

  @Test("An empty name, as of a variable that is not set, is said to be one")
  func refusesEmptyName() async throws {
    let outcome = try await Program.run(["classify", ""])
    #expect(outcome.status == 66)
    #expect(
      outcome.errors == "animo: the name of an input is empty; name a file, or - for standard input\n")
  }

  @Test("A name that is not UTF-8 is refused rather than mended to another one")
  func refusesOtherBytes() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      echo hola >$'a\xff.txt'; echo adiós >$'a\xef\xbf\xbd.txt'
      $ANIMO classify $'a\xff.txt'; echo $?; $ANIMO serve --once --spool $'s\xff' 2>/dev/null; echo $?; ls | wc -l
      """#, in: scratch.url)
    #expect(outcome.output == "64\n64\n2\n")
    #expect(outcome.errors.hasPrefix("animo: argument 2, a\u{FFFD}.txt: not UTF-8; pass such a file"))
  }

  @Test("SIGTERM lets what was read be answered, and then ends the program as the signal would")
  func finishesOnTermination() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkfifo p; $ANIMO classify -q --input text --emit label <p >out & pid=$!
      exec 3>p; echo hola >&3; while [ ! -s out ]; do sleep 0.05; done
      kill -TERM $pid; wait $pid; status=$?; exec 3>&-; cat out | wc -l; exit $status
      """#, in: scratch.url)
    #expect(outcome.status == 128 + 15)
    #expect(outcome.output == "1\n")
  }

  @Test("Answers are the same bytes whatever the number of workers and the size of the reads")
  func answersDoNotDependOnScheduling() async throws {
    let scratch = try TemporaryDirectory()
    let words = ["hola", "qué", "día", "tan", "bonito", "horrible", "NO", "jajaja", "vale", "adiós"]
    let lines = (0..<400).map { number in
      (0...(number * 7 % 23)).map { words[($0 * number + $0) % words.count] }.joined(separator: " ")
    }
    try scratch.write(lines.joined(separator: "\n"), to: "in.txt")
    let outcome = try await Program.shell(
      #"""
      $ANIMO classify -q --workers 1 in.txt >one; $ANIMO classify -q --workers 3 in.txt >three
      $ANIMO classify -q --input text <in.txt >stdin; (dd bs=7 status=none <in.txt | $ANIMO classify -q --input text >dribble)
      while IFS= read -r line || [ -n "$line" ]; do echo "$line"; done <in.txt | head -50 | $ANIMO classify -q --input text >head
      head -50 one >first; cmp one three && cmp one stdin && cmp one dribble && cmp first head && wc -l <one
      """#, in: scratch.url)
    #expect(outcome.output == "400\n")
    #expect(outcome.status == 0)
  }

  @Test("A kernel that this machine lacks is an error that names those it has")
  func reportsUnknownKernel() async throws {
    let outcome = try await Program.run(["classify", "--kernel", "abacus"])
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasPrefix("animo: kernel \"abacus\" is not available on this machine; available: "))
    #expect(outcome.errors.contains("plain"))
  }

  @Test("The summary tells how many, how fast, and what came out")
  func summarises() async throws {
    let outcome = try await Program.shell(
      #"printf 'hola\n\n{\n' | $ANIMO classify --input jsonl --emit label"#)
    #expect(outcome.errors.hasPrefix("animo: 0 tweets in "))
    #expect(outcome.errors.hasSuffix("; 2 rejected (2 bad_json); 1 blank\n"))
  }

  @Test("SIGTERM ends it while the input gives no line at all")
  func endsWithoutLines() async throws {
    let outcome = try await Program.shell(
      #"$ANIMO classify -q --input text </dev/zero >/dev/null & pid=$!; sleep 0.5; kill -TERM $pid; wait $pid; echo $?"#
    )
    #expect(outcome.output == "143\n")
  }

  @Test("A second signal ends it at once while nobody reads its output")
  func endsWhileBlocked() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      mkfifo p; exec 3<>p; yes '{"text":"hola"}' 2>/dev/null | { exec $ANIMO classify -q >p; } & pid=$!
      sleep 1; kill -TERM $pid; sleep 0.3; kill -TERM $pid; wait $pid; echo $?
      """#, in: scratch.url)
    #expect(outcome.output == "143\n")
  }

  @Test("A non-blocking output is waited for")
  func waitsForNonBlockingOutput() async throws {
    let outcome = try await Program.shell(
      #"""
      python3 -c 'import os; os.set_blocking(1, False); os.execvp(os.environ["ANIMO"], ["animo", "classify", "-q"])' \
        < <(yes '{"text":"hola"}' | head -20000) | (sleep 1; wc -l)
      """#)
    #expect(outcome.output == "20000\n")
  }

  @Test("More files than descriptors are read one after another")
  func readsManyFiles() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"for n in $(seq 300); do echo hola >$n.txt; done; ulimit -Sn 64; ulimit -Hn 64; $ANIMO classify -q *.txt | wc -l"#,
      in: scratch.url)
    #expect(outcome.output == "300\n")
  }

  @Test("Blank input of unknown format takes no memory to speak of")
  func skipsBlankInput() async throws {
    let outcome = try await Program.shell(
      #"yes '' | head -c 8000000 | $ANIMO classify --input auto 2>&1; (yes '' | head -c 100000; echo hola) | $ANIMO classify -q --emit label"#
    )
    #expect(outcome.output.contains("8,000,000 blank"))
    #expect(outcome.output.hasSuffix("neutral\n"))
  }

  @Test("The first line tells the format of all lines; --input jsonl is for cut-off ones, as both helps say")
  func takesFormatOfFirstLine() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf 'la"}\n{"text":"hola"}\n{"text":"ya"}\n' >tweets
      for command in 'classify -q' 'serve --stdin'; do
        $ANIMO $command --model $TINY --emit compact <tweets 2>/dev/null | grep -c '"label"'
        $ANIMO $command --model $TINY --emit compact --input jsonl <tweets 2>/dev/null | cut -c 1-38
        $ANIMO help ${command% *} | tr -s ' \n' ' ' | grep -c 'give --input jsonl for a stream of JSON Lines'
      done
      """#, in: scratch.url)
    let answers = """
      3
      {"line":1,"error":{"reason":"bad_json"
      {"line":2,"label":"negative","score":0
      {"line":3,"label":"negative","score":0
      1

      """
    #expect(outcome.output == answers + answers)
  }

  @Test("A byte order mark and blank lines that come alone do not hide JSON")
  func sniffsLateJSON() async throws {
    let outcome = try await Program.shell(
      #"(printf '\xef\xbb\xbf\n'; sleep 0.5; printf '{"text":"hola","id":7}\n') | $ANIMO classify -q --emit compact"#
    )
    #expect(outcome.output.contains(#""id":7"#))
  }
}
