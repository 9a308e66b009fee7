package import Datasets
internal import JSON

/// One line of the log: the texts of a stage, the progress of its training, or the result of a validation.
package struct LogEntry: Equatable, Sendable {
  /// The stage's name, such as `language-model`.
  package var stage: String
  /// From 1; 0 before the first.
  package var epoch: Int
  /// The minibatches trained so far.
  package var step: Int
  /// The seconds of training so far, over all runs.
  package var seconds: Double
  package var content: Content

  package enum Content: Equatable, Sendable {
    /// The training and validation texts; written before training.
    case texts(TextCounts)
    /// The progress of training.
    case training(Training)
    /// The result of a validation, and the smoothed training loss at that time.
    case validation(Validation, loss: Double)
    /// Why the stage ended early.
    case divergence(Divergence)
    /// How the best state of a stage labels the validation texts.
    case confusion(LabelConfusion)
  }

  /// The progress since the last such line.
  package struct Training: Equatable, Sendable {
    /// Smoothed.
    package var loss: Double
    /// The learning rate of the last layer group.
    package var rate: Double
    /// Adam's β₁.
    package var momentum: Double
    /// The norm of the last minibatch's gradients, before clipping.
    package var gradientNorm: Double
    package var tokensPerSecond: Double

    package init(
      loss: Double, rate: Double, momentum: Double, gradientNorm: Double, tokensPerSecond: Double
    ) {
      (self.loss, self.rate, self.momentum) = (loss, rate, momentum)
      (self.gradientNorm, self.tokensPerSecond) = (gradientNorm, tokensPerSecond)
    }
  }

  package init(stage: String, epoch: Int, step: Int, seconds: Double, content: Content) {
    (self.stage, self.epoch, self.step) = (stage, epoch, step)
    (self.seconds, self.content) = (seconds, content)
  }

  /// The texts of a stage.
  package init(stage: String, _ texts: TextCounts) {
    self.init(stage: stage, epoch: 0, step: 0, seconds: 0, content: .texts(texts))
  }

  /// The confusion matrix of a stage.
  package init(stage: String, _ confusion: LabelConfusion) {
    self.init(stage: stage, epoch: 0, step: 0, seconds: 0, content: .confusion(confusion))
  }

  /// The entry as one line of JSON, without a line end.
  package var line: String {
    var members: [(String, JSONValue)] = [
      ("stage", .string(stage)), ("epoch", .integer(epoch)), ("step", .integer(step)),
    ]
    members += content.members
    members.append(("seconds", .shortest(seconds)))
    return JSONValue.object(members).line
  }
}

extension LogEntry.Content {
  fileprivate var members: [(String, JSONValue)] {
    switch self {
    case .texts(let counts):
      [
        ("texts", .integer(counts.learnt.texts)), ("tokens", .integer(counts.learnt.tokens)),
        ("valid_texts", .integer(counts.judged.texts)), ("valid_tokens", .integer(counts.judged.tokens)),
        ("moved", .integer(counts.moved)),
      ]
    case .training(let training):
      [
        ("loss", .shortest(training.loss)), ("rate", .shortest(training.rate)),
        ("momentum", .shortest(training.momentum)), ("gradient_norm", .shortest(training.gradientNorm)),
        ("tokens_per_second", .shortest(training.tokensPerSecond)),
      ]
    case .validation(let validation, let loss):
      [
        ("loss", .shortest(loss)), ("valid_loss", .shortest(validation.loss)),
        ("valid_accuracy", .shortest(validation.accuracy)),
      ]
    case .divergence(let divergence): [("diverged", .string(divergence.description))]
    case .confusion(let confusion):
      [
        ("labels", .array(confusion.labels.map { .string($0) })),
        ("confusion", .integers(confusion.counts)),
      ]
    }
  }
}

/// The amount of training and validation text of a stage.
package struct TextCounts: Equatable, Sendable {
  package struct Side: Equatable, Sendable {
    package var texts: Int
    package var tokens: Int

    package init(texts: Int, tokens: Int) {
      self.texts = texts
      self.tokens = tokens
    }
  }

  package var learnt: Side
  package var judged: Side
  /// Texts moved to the other side to keep near-duplicates and the texts of one author together.
  package var moved: Int

  package init(learnt: Side, judged: Side, moved: Int) {
    (self.learnt, self.judged, self.moved) = (learnt, judged, moved)
  }
}

/// How many texts of each true label were given each label.
package struct LabelConfusion: Equatable, Sendable {
  package let labels: [String]
  /// [truth][answer], row by row.
  package let counts: [Int]

  /// - Precondition: as many counts as labels times labels.
  package init(labels: [String], counts: [Int]) {
    precondition(counts.count == labels.count * labels.count)
    (self.labels, self.counts) = (labels, counts)
  }

  /// The answers of a classifier. A text of which only the odds between two labels are known is given one of these.
  ///
  /// - Parameter logits: of each text, [texts][labels].
  package init(labels: [String], targets: [Target], logits: Tensor) {
    var counts = [Int](repeating: 0, count: labels.count * labels.count)
    for (row, target) in targets.enumerated() {
      let choice = target.pair ?? Array(labels.indices)
      let answer = choice.reduce(choice[0]) {
        logits[row: row, column: $1] > logits[row: row, column: $0] ? $1 : $0
      }
      counts[target.likeliest * labels.count + answer] += 1
    }
    self.init(labels: labels, counts: counts)
  }
}
