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

  /// Answers each line of standard input, a JSON string, with a line; blank lines count, but have no answer.
  func printInput() throws {
    let input = try FileDescriptor.standardInput.readToEnd(of: "standard input")
    let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      guard let text = (try? JSONReader.read(Array(line), repairsSurrogates: true))?.string else {
        throw CommandFailure(
          .dataError, "standard input, line \(index + 1): expected a JSON string, such as \"hola\"")
      }
      try print(text)
    }
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
