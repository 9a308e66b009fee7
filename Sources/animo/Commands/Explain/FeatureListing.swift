import JSON
import Scoring
import Sentiment
import SystemCalls
import SystemPackage
import TweetText

/// `animo explain --features`: what a model reads of texts, in numbers, for computing with its weights elsewhere.
struct FeatureListing {
  let scorer: SentimentScorer

  /// Prints what the model reads of one text.
  func print(_ text: String) throws {
    try StandardOutput.write(json(scorer.reading(of: text)).line + "\n")
  }

  /// The maximum length of a line of standard input, in bytes.
  private static let longestLine = 8 << 20

  /// Answers each line of standard input, a JSON string, with a line when it has been read; blank lines
  /// count, but have no answer.
  func printInput() throws {
    var (input, number, isAtEnd): ([UInt8], Int, Bool) = ([], 0, false)
    while !isAtEnd {
      isAtEnd =
        try FileDescriptor.standardInput.read(atMost: 1 << 18, appendingTo: &input, of: "standard input") == 0
      var start = 0
      while let end = input[start...].firstIndex(of: UInt8(ascii: "\n")) {
        number += 1
        try answer(Array(input[start..<end]), number)
        start = end + 1
      }
      input.removeFirst(start)
      guard input.count <= Self.longestLine else {
        throw CommandFailure(
          .dataError,
          "standard input, line \(number + 1): expected at most \(Self.longestLine >> 20) MiB, found more")
      }
    }
    try answer(input, number + 1)
  }

  private func answer(_ line: [UInt8], _ number: Int) throws {
    guard !line.isEmpty else { return }
    guard let text = (try? JSONReader.read(line, repairsSurrogates: true))?.string else {
      throw CommandFailure(
        .dataError, "standard input, line \(number): expected a JSON string, such as \"hola\"")
    }
    try print(text)
  }

  private func json(_ reading: TextReading) -> JSONValue {
    .object([
      ("ids", .integers(reading.ids.map(Int.init))), ("words", .integers(reading.words.map(Int.init))),
      ("characters", .integers(reading.characters.map(Int.init))),
      ("marks", .array(reading.marks.map { .integers([Int($0.number), Int($0.count)]) })),
      ("nothing_to_judge", .bool(reading.holdsNothingToJudge)),
    ])
  }
}
