internal import Glibc
internal import JSON
internal import NIOHTTP1
internal import Scoring
internal import Sentiment

// Which words decided.
extension Labeller {
  /// The maximum length of a text that is explained, in bytes, and the maximum number of words that are weighed.
  private static let longest = (bytes: 16 << 10, words: 64)

  /// Answers `POST /v1/explain`: the answer for `{"text":"…"}`, the tokens and marks that the model read, and what each
  /// word contributed.
  ///
  /// A word's weight for a label is the change of the label's log-odds when the text is read without it (leave-one-out:
  /// Li, Monroe and Jurafsky 2016).
  func explain(_ request: Request) -> Answer {
    guard request.mediaType == Answer.json else {
      return .problem(.unsupportedMediaType, "the body must be application/json, as Content-Type says")
    }
    guard let text = (try? JSONReader.read(request.body))?.members?["text"]?.string else {
      return .problem(.unprocessableEntity, "expected {\"text\": \"…\"}")
    }
    guard text.utf8.count <= Self.longest.bytes else {
      return .problem(.payloadTooLarge, "a text of more than \(Self.longest.bytes) bytes")
    }
    let scorer = scorer()
    let labels = scorer.engine.answers
    let words = Array(text.split(whereSeparator: \.isWhitespace).prefix(Self.longest.words))
    let texts = [text] + words.map { text[..<$0.startIndex] + " " + text[$0.endIndex...] }.map { String($0) }
    let answers = scorer.answers(to: texts)
    let (answer, explanation) = (answers[0], scorer.engine.scorer.explain(text))
    let weighed: [JSONValue] = zip(words, answers.dropFirst()).map { word, without in
      .object([("text", .string(String(word))), ("weights", Self.weights(labels, answer, without))])
    }
    return Answer(
      .object([
        ("label", answer.label.map { .string(scorer.engine.labels[$0]) } ?? .null),
        (
          "p",
          answer.label == nil
            ? .null : .object(zip(labels, answer.probabilities).map { ($0, Self.probability($1)) })
        ),
        ("model", .string(scorer.engine.modelName)), ("cleaned", .string(explanation.cleaned)),
        (
          "tokens",
          .array(
            explanation.tokens.map { .object([("text", .string($0.text)), ("known", .bool(!$0.isUnknown))]) })
        ),
        ("marks", .array(explanation.marks.map { Self.mark($0, scorer.engine.scorer.labels) })),
        ("words", .array(weighed)), ("flags", .array(Self.flags(answer.flags).map(JSONValue.string))),
      ]))
  }

  private static func weights(_ labels: [String], _ with: Scorer.Answer, _ without: Scorer.Answer)
    -> JSONValue
  {
    .object(
      labels.indices.map { label in
        (
          labels[label],
          .decimal(logOdds(with.probabilities[label]) - logOdds(without.probabilities[label]), places: 3)
        )
      })
  }

  private static func logOdds(_ millionths: Int32) -> Double {
    // Probabilities are rounded to millionths: 0 and 1 are half of one away from the next.
    let share = min(max(Double(millionths), 0.5), 999_999.5) / 1e6
    return log(share / (1 - share))
  }

  private static func mark(_ mark: Explanation.Mark, _ labels: [String]) -> JSONValue {
    .object([
      ("text", .string(mark.text)), ("count", .integer(mark.count)),
      ("weights", .object(zip(labels, mark.worth).map { ($0, .decimal(Double($1), places: 3)) })),
    ])
  }

  private static func flags(_ flags: TextFlags) -> [String] {
    [
      (TextFlags.truncated, "truncated"), (.emptyAfterCleaning, "empty_after_clean"),
      (.nothingToJudge, "nothing_to_judge"),
    ]
    .filter { flags.contains($0.0) }.map(\.1)
  }
}
