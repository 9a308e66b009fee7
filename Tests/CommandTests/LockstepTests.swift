import Foundation
import TestSupport
import Testing

/// Every line is answered by exactly one, whatever it holds and however it comes.
@Suite("Lockstep") struct LockstepTests {
  /// What a line holds, and so what its answer is.
  enum Kind: CaseIterable {
    case good, noLetters, blank, spaces, damaged, noObject, noText, notUTF8, tooLong

    var isBlank: Bool { self == .blank || self == .spaces }
    var isAnswered: Bool { self == .good || self == .noLetters }

    /// The line number `number`, without its end.
    func line(_ number: Int) -> [UInt8] {
      switch self {
      case .good: Array(#"{"id":\#(number),"text":"hola \#(number), qué día"}"#.utf8)
      case .noLetters: Array(#"{"id":\#(number),"text":"@ana https://t.co/\#(number)"}"#.utf8)
      case .blank: []
      case .spaces: Array(" \t ".utf8)
      case .damaged: Array(#"{"id":\#(number),"text":"#.utf8)
      case .noObject: Array("[\(number)]".utf8)
      case .noText: Array(#"{"id":\#(number)}"#.utf8)
      case .notUTF8: Array(#"{"text":"a\#(number)"#.utf8) + [0xF1, 0x22, 0x7D]
      case .tooLong: Array((#"{"text":""# + String(repeating: "a", count: 300) + #""}"#).utf8)
      }
    }
  }

  /// Lines of all kinds in random order; the first one may be of any, the last may lack its end.
  private static func mixture(seed: UInt64) -> (kinds: [Kind], bytes: [UInt8]) {
    var random = SeededGenerator(seed: seed)
    let kinds = (0..<700).map { _ in
      Bool.random(using: &random) ? Kind.good : Kind.allCases.randomElement(using: &random) ?? .good
    }
    var bytes: [UInt8] = []
    for (index, kind) in kinds.enumerated() {
      bytes += kind.line(index + 1) + (Int.random(in: 0..<5, using: &random) == 0 ? [0x0D, 0x0A] : [0x0A])
    }
    return (kinds, bytes)
  }

  /// Answer `number` is that of a line of this kind.
  private static func check(_ answer: Substring, _ number: Int, _ kind: Kind, emit: String) throws {
    if emit == "label" {
      let expected =
        kind.isBlank || kind == .noLetters ? [""] : kind == .good ? ["negative", "positive"] : ["error"]
      #expect(expected.contains(String(answer)), "line \(number), \(kind)")
      return
    }
    let members = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
    if !kind.isAnswered || emit == "compact" { #expect(members["line"] as? Int == number, "\(kind)") }
    #expect((members["error"] != nil) == (!kind.isAnswered && !kind.isBlank), "line \(number), \(kind)")
    #expect((members["blank"] as? Bool == true) == kind.isBlank, "line \(number), \(kind)")
    guard kind.isAnswered else { return }
    #expect(members["id"] as? Int == number)
    let sentiment = try #require(emit == "merge" ? members["sentiment"] as? [String: Any] : members)
    #expect((sentiment["label"] is NSNull) == (kind == .noLetters))
    #expect((sentiment["p"] is NSNull) == (kind == .noLetters))
  }

  private static func lines(_ output: String) -> [Substring] {
    output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }

  @Test(
    "Line n answers line n, for lines of all kinds in any order, of any batch and number of workers",
    arguments: ["merge", "compact", "label"], [1, 7, 1000])
  func answersEveryLine(emit: String, piece: Int) async throws {
    let scratch = try TemporaryDirectory()
    let seed = UInt64(emit.utf8.count * 1000 + piece)
    let (kinds, bytes) = Self.mixture(seed: seed)
    let isCut = piece == 7
    try scratch.write(isCut ? Array(bytes.dropLast(bytes.hasSuffix([0x0D, 0x0A]) ? 2 : 1)) : bytes, to: "in")
    let outcome = try await Program.shell(
      """
      run() { $ANIMO classify --lockstep -q --input jsonl --labels 2 --model $TINY --emit \(emit) --max-line-length 200 "$@"; }
      run --workers 3 <in >whole; echo "status $?" >&2
      dd if=in bs=\(piece) status=none | run --workers 1 | cmp - whole && cat whole
      """, in: scratch.url)
    #expect(outcome.errors == "status 0\n")
    let answers = Self.lines(outcome.output)
    // A last line without its end counts, but nothing at all after the last end is no line.
    #expect(answers.count == (isCut && kinds.last == .blank ? kinds.count - 1 : kinds.count))
    for (index, answer) in answers.enumerated() {
      try Self.check(answer, index + 1, kinds[index], emit: emit)
    }
  }

  @Test("Each line is answered before the next one is sent, blank ones at the very beginning too")
  func answersAtOnce() async throws {
    let scratch = try TemporaryDirectory()
    let (kinds, bytes) = Self.mixture(seed: 3)
    try scratch.write([0x0A, 0x20, 0x0A] + bytes, to: "in")
    let outcome = try await Program.shell(
      #"""
      cat >dialogue.py <<'END'
      import os, select, subprocess, sys
      command = [os.environ["ANIMO"], "classify", "--lockstep", "-q", "--model", os.environ["TINY"], "--max-line-length", "200"]
      child = subprocess.Popen(command + sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
      for line in open("in", "rb").read().splitlines(keepends=True)[:150]:
          child.stdin.write(line)
          if not select.select([child.stdout], [], [], 60)[0]: sys.exit("no answer to %r" % line)
          answer = child.stdout.read(65536)
          assert answer.endswith(b"\n") and answer.count(b"\n") == 1, answer
          sys.stdout.buffer.write(answer)
      child.stdin.close()
      sys.exit(child.wait())
      END
      python3 dialogue.py --emit compact --input jsonl; echo $? >&2; python3 dialogue.py --emit label >/dev/null; echo $? >&2
      """#, in: scratch.url)
    #expect(outcome.errors == "0\n0\n")
    let answers = Self.lines(outcome.output)
    #expect(answers.count == 150)
    for (index, kind) in ([.blank, .spaces] + kinds).prefix(150).enumerated() where !kind.isAnswered {
      try Self.check(answers[index], index + 1, kind, emit: "compact")
    }
  }

  @Test("What was written before a kill answers the first lines; half a line is answered by none")
  func survivesKill() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      seq 200000 | sed 's/.*/{"id":&,"text":"línea &"}/' >in
      $ANIMO classify --lockstep -q --emit compact <in >out & pid=$!
      until [ -s out ]; do sleep 0.02; done; kill -9 $pid; wait $pid; echo $?
      head -n "$(wc -l <out)" out | sed 's/^{"line":\([0-9]*\),"id":\([0-9]*\),.*/\1 \2/' | awk '$1 != NR || $2 != NR' | wc -l
      mkfifo p; $ANIMO classify --lockstep -q --input text --model $TINY --emit label <p >half & pid=$!
      exec 3>p; printf 'uno\n\ndos' >&3; until [ "$(wc -l <half)" = 2 ]; do sleep 0.05; done
      kill -TERM $pid; wait $pid; echo $?; exec 3>&-; wc -l <half
      yes '{' 2>/dev/null | $ANIMO classify --lockstep -q --model $TINY | head -2 | wc -l; echo ${PIPESTATUS[1]}
      """#, in: scratch.url)
    #expect(outcome.output == "137\n0\n143\n2\n2\n141\n")
  }

  @Test("A table is refused in words that help, and other treatments of bad lines are")
  func refusesTables() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf 'text\nhola\n' >a.csv
      for arguments in 'a.csv' '--input tsv a.csv' '--errors skip' '--errors fail'; do
        $ANIMO classify --lockstep --model $TINY $arguments </dev/null 2>&1 | head -1; echo ${PIPESTATUS[0]}
      done
      printf '[\n{"text":"hola"},\n]\n' | $ANIMO classify --lockstep -q --model $TINY --emit label; echo $?
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        animo: a.csv: --lockstep is for JSON Lines and text; the records of a table are not lines
        64
        Error: --lockstep is for JSON Lines and text; the records of a table are not lines
        64
        Error: --lockstep answers every line; it does not go with --errors skip
        64
        Error: --lockstep answers every line; it does not go with --errors fail
        64
        error
        error
        error
        0

        """)
  }

  @Test("A line that begins as compressed data or UTF-16 does is a line; a file's name may say otherwise")
  func takesFirstBytesAsTheyAre() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      run() {
        $ANIMO classify --lockstep -q --model $TINY --emit label "$@" |
          sed 's/.*tive$/LABEL/;s/neutral/LABEL/' | paste -sd,
      }
      for start in '\037\213' '\377\376' '\376\377' 'PK\003\004' '\050\265\057\375' 'BZh91AY&SY'; do
        printf "$start"'\n{"text":"hola"}\n' | run --input jsonl
      done
      printf '{"text":"hola"}\n\n' | gzip >a.jsonl.gz; run a.jsonl.gz
      """#, in: scratch.url)
    #expect(outcome.output == String(repeating: "error,LABEL\n", count: 6) + "LABEL,\n")
  }

  @Test("Without it, labels alone are a line for each line too, and bad lines keep their status")
  func alignsLabels() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf 'hola\n\nqué día\n  \nhttps://t.co/a\nfin' >in.txt
      $ANIMO classify -q --model $TINY --emit label --labels 2 in.txt | paste -d: in.txt - | sed 's/:.*tive$/:LABEL/'
      $ANIMO classify -q --model $TINY --emit label <in.txt | wc -l
      printf '{"text":"hola"}\n\nmal\n' | $ANIMO classify -q --model $TINY --emit label | sed 's/.*tive$/LABEL/;s/neutral/LABEL/'
      echo ${PIPESTATUS[1]}
      printf 'id,text\n1,hola\n\n2,adiós\n' | $ANIMO classify -q --model $TINY --input csv --emit label | wc -l
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        hola:LABEL
        :
        qué día:LABEL
          :
        https://t.co/a:
        fin:LABEL
        6
        LABEL

        error
        65
        2

        """)
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ end: [UInt8]) -> Bool { suffix(end.count).elementsEqual(end) }
}
