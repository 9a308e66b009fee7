import Foundation
import Statistics
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite("What people see at the terminal") struct TerminalTests {
  @Test("A line never reaches the edge, and one that a smaller terminal has wrapped is taken back whole")
  func redrawsInPlace() {
    var line = TerminalLine()
    #expect(line.sequence(for: "1234567890", width: 11) == "\r\u{1B}[J1234567890")
    #expect(line.sequence(for: "12345678901", width: 11) == "\r\u{1B}[J123456789…")
    // Ten columns on a terminal of four are three rows.
    #expect(line.sequence(for: "abc", width: 4) == "\u{1B}[2A\r\u{1B}[Jabc")
    #expect(line.sequence(for: "abcd", width: 4) == "\r\u{1B}[Jab…")
    #expect(line.sequence(for: "", width: 1) == "\u{1B}[2A\r\u{1B}[J")
    #expect(line.sequence(for: "x", width: nil) == "\r\u{1B}[Jx")
    #expect(TerminalLine.room(in: nil) == 79)
  }

  @Test("The progress line keeps its numbers and lets the bar shrink", arguments: [79, 60, 50, 200])
  func progress(room: Int) {
    let text = ProgressBar.text(
      1_234_567, "tweet", share: 0.45, elapsed: .seconds(100), room: room)
    #expect(text.hasSuffix("45 %  1,234,567 tweets, 12,346 a second, 2:02 left"))
    #expect(text.count <= room)
    #expect(text.hasPrefix("[#") == (room >= 60))
  }

  @Test("The share that is done is of all inputs, however large they are, and unknown if one is")
  func share() {
    #expect(ProgressBar.share(of: [10, 30], input: 1, offset: 10) == 0.5)
    #expect(ProgressBar.share(of: [10, 30], input: 1, offset: 31) == nil)
    #expect(ProgressBar.share(of: [10, nil], input: 0, offset: 5) == nil)
    #expect(ProgressBar.share(of: [], input: 0, offset: 5) == nil)
    // Sparse files have any size.
    #expect(ProgressBar.share(of: [10, Int.max, Int.max], input: 2, offset: Int.max) == 1)
  }

  @Test("A number that has no digits of its own, or too many, is written all the same")
  func largeNumbers() {
    #expect(NumberText.fixed(-1_234.567, decimals: 2) == "-1,234.57")
    #expect(NumberText.fixed(1e20, decimals: 2) == "1e+20")
    #expect(NumberText.fixed(-0x1p63, decimals: 0) == "\(-0x1p63)")
    #expect(NumberText.fixed(.infinity, decimals: 2) == "inf")
    #expect(NumberText.fixed(.nan, decimals: 2) == "nan")
  }

  @Test("A thread that the system refuses is told with the remedy")
  func refusedThread() {
    let error = SystemCallError("pthread_create", on: "thread \"writer\"", .resourceTemporarilyUnavailable)
    #expect(
      ErrorText.of(error) == "\(error); raise the limit of processes (ulimit -u, or TasksMax= of a unit)")
  }

  @Test("One is one, and what took no time has no rate")
  func counts() {
    #expect(ProgressBar.text(1, "text", share: nil, elapsed: .seconds(4), room: 79) == "1 text")
    #expect(ProgressBar.text(2, "text", share: nil, elapsed: .seconds(4), room: 79) == "2 texts, 1 a second")
    var counts = Counts(labels: ["negative", "positive"], reasons: ["no_text"])
    #expect(Summary.line(counts, elapsed: .seconds(2)) == "0 tweets in 2.00 s")
    (counts.labelled, counts.unjudged) = ([0, 1], 0)
    #expect(
      Summary.line(counts, elapsed: .milliseconds(4)) == "1 tweet in 0.00 s; negative 0.0 %, positive 100.0 %"
    )
    (counts.labelled, counts.unjudged, counts.blank, counts.leftOut) = ([1, 3], 1000, 2, 3)
    counts.rejected = [1]
    #expect(
      Summary.line(counts, elapsed: .seconds(2)) == """
        1,004 tweets in 2.00 s, 502 a second; negative 25.0 %, positive 75.0 %; 1,000 with nothing to judge; \
        1 rejected (1 no_text); 2 blank; 3 left out
        """)
  }

  @Test(
    "A slip in a command's name is named, with what was meant",
    arguments: [
      (["clasify", "a"], "no command is named clasify; did you mean classify?"),
      (["help", "clasify"], "no command is named clasify; did you mean classify?"),
      (["model", "sho"], "no command of animo model is named sho; did you mean show?"),
      (["help", "train", "wid"], "no command of animo train is named wid; did you mean wide?"),
      (["qué día"], "no command is named qué día; animo explain \"…\" shows how a text is classified"),
      (["config", "xyz"], "no command of animo config is named xyz; the commands are check, show, default"),
    ])
  func slips(words: [String], message: String) {
    let failure = #expect(throws: CommandFailure.self) { try ProgramArguments.checkCommand(words) }
    #expect(failure?.message == message)
    #expect(failure?.status == .usage)
  }

  @Test(
    "Names that are right pass, and so does what the parser knows better",
    arguments: [
      [], ["help"], ["help", "help"], ["help", "model", "show"], ["classify", "clasify"], ["--version"],
      ["model", "--help"], ["model"], ["train", "classifier", "x"], ["-x"],
    ])
  func rightNames(words: [String]) {
    #expect(throws: Never.self) { try ProgramArguments.checkCommand(words) }
  }

  @Test(
    "A text may begin with a dash; what looks like an option is one",
    arguments: [
      ("-hola", true), ("-5 grados", true), ("-_-", true), ("- no, gracias", true), ("--no me gusta", true),
      ("--> aquí", true), ("-ñoño", true), ("--", false), ("-", false), ("-h", false), ("-v", false),
      ("--verbos", false), ("--model=x y", false), ("-verbose", false), ("hola", false), ("---", true),
    ])
  func texts(word: String, isText: Bool) {
    let marked = ProgramArguments.markingTexts(["explain", word])[1]
    #expect((marked != word) == isText)
    #expect(ProgramArguments.unmarked(marked) == word)
    #expect(ProgramArguments.markingTexts(["explain", "--", word])[2] == word)
    #expect(ProgramArguments.markingTexts(["explain", "--model", word])[2] == word)
  }

  @Test("explain reads such texts, and a slip in an option is an error that names what was meant")
  func explains() async throws {
    let outcome = try await Program.shell(
      #"""
      $ANIMO explain --model $TINY -hola | head -1; $ANIMO explain --model $TINY -hola --verbose | grep -c kernels
      $ANIMO explain --model $TINY "--no me gusta" -- -h | head -1
      $ANIMO explain --verbos hola 2>&1 | head -1; echo ${PIPESTATUS[0]}; $ANIMO explain -h | grep -c USAGE
      $ANIMO classify "qué día tan bonito" 2>&1; echo $?; $ANIMO help clasify 2>&1; echo $?
      """#)
    #expect(
      outcome.output == """
        cleaned   -hola
        1
        cleaned   --no me gusta -h
        Error: Unknown option '--verbos'. Did you mean '--verbose'?
        64
        1
        animo: qué día tan bonito: No such file or directory; to classify a text itself, use animo explain, or pass it \
        through standard input
        66
        animo: no command is named clasify; did you mean classify?
        64

        """)
  }

  @Test("The progress of a long run stays on one row of a narrow terminal, which may become narrower")
  func staysOnOneRow() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      cat >terminal.py <<'END'
      import fcntl, os, pty, re, select, struct, subprocess, sys, termios, time
      master, slave = pty.openpty()
      def resize(columns): fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
      resize(20)
      command = [os.environ["ANIMO"], "classify", "--model", os.environ["TINY"]]
      child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave, bufsize=0)
      shown, begin = b"", time.monotonic()
      def redrawn(count):
          global shown
          end = shown.count(b"\r") + count
          while shown.count(b"\r") < end:
              if time.monotonic() > begin + 90: sys.exit("no progress: %r" % shown)
              child.stdin.write("hola, qué día\n".encode() * 10)
              if select.select([master], [], [], 0.02)[0]: shown += os.read(master, 65536)
      redrawn(3)
      resize(15)
      redrawn(3)
      child.stdin.close()
      child.wait()
      while select.select([master], [], [], 0.1)[0]: shown += os.read(master, 65536)
      lines = re.findall(r"((?:\x1b\[\d+A)?)\r\x1b\[J([^\r\x1b]*)", shown.decode())
      widths = [len(line) for _, line in lines[:-1]]
      print(widths[0], widths[-2], sum(up != "" for up, _ in lines), "tweets in" in lines[-1][1])
      END
      python3 terminal.py
      """#, in: scratch.url)
    #expect(outcome.output == "19 14 1 True\n")
  }
}
