import AWDLSTM
import Datasets
import Evaluation
import JSON
import Sentiment
import SystemCalls
import SystemPackage
import Training

/// The tweets that were held out of the training of a classifier, and what the finished model says about them.
struct HeldOutTweets {
  /// The name of their file in the working folder.
  static let name = "held-out.jsonl"

  /// Of the model.
  let labels: [String]
  /// Whether the model reads emoticons and emoji, which give away a label that was made from them.
  let hasMarks: Bool
  let texts: [String]
  let targets: [Target]
  let judgements: [Judgement]
  /// How many tweets are on the other side.
  let learnt: Int

  /// Reads the tweets again, as texts are not kept during training, and judges them.
  ///
  /// - Parameters:
  ///   - request: the request that the classifier was trained by.
  ///   - directory: the finished model.
  init(_ request: ClassifierRequest, judgedBy directory: String) throws {
    var request = request
    request.reading.isQuiet = true
    let sides = try LabelledSides(request, stage: "") { _, _ in }
    var held = sides.validation[...]
    var (number, texts, targets) = (0, [String](), [Target]())
    try LabelledSides.forEachTweet(of: request) { example, _, _ in
      if held.first == number {
        held.removeFirst()
        texts.append(String(decoding: example.text, as: UTF8.self))
        targets.append(example.target)
      }
      number += 1
    }
    let scorer = try SentimentScorer(directory: directory)
    labels = scorer.labels
    hasMarks = try Model(directory: directory).architecture.marks != nil
    (self.texts, self.targets, learnt) = (texts, targets, sides.training.count)
    judgements = Judge(scorer).judge(texts, truths: targets.map(\.likeliest))
  }

  /// The matrix of the finished model.
  var confusion: ConfusionMatrix { ConfusionMatrix(judgements, labelCount: labels.count) }

  /// A line for each tweet: its text, its label, what the model says, and the loss. `animo evaluate` reads it.
  var lines: String { texts.indices.map { line($0) + "\n" }.joined() }

  private func line(_ number: Int) -> String {
    let judgement = judgements[number]
    var members: [(String, JSONValue)] = [
      ("text", .string(texts[number])), ("label", .string(labels[judgement.truth])),
    ]
    switch targets[number] {
    case .label: break
    case .odds: members.append(("only_odds", .bool(true)))
    case .distribution(let probabilities):
      members.append(("p", probabilitiesByLabel(probabilities.map(Double.init))))
    }
    members.append(("predicted", .string(labels[judgement.answer])))
    members.append(("probabilities", probabilitiesByLabel(judgement.probabilities)))
    members.append(("loss", .decimal(judgement.loss, places: 4)))
    return JSONValue.object(members).line
  }

  private func probabilitiesByLabel(_ probabilities: [Double]) -> JSONValue {
    .object(zip(labels, probabilities).map { ($0, .decimal($1, places: 6)) })
  }
}
