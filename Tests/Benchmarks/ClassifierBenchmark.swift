import Datasets
import Training

/// Minibatches of a classifier of which nothing is frozen: 128 tweets each of about the same length, 20.7
/// tokens on average, the classifier's dropouts × 0.3, on all processors.
struct ClassifierBenchmark {
  private static let headUnits = 50

  private let size: RandomModel.Size
  private let shape: EncoderShape
  /// A turn's minibatches, the longest tweets first.
  private let batches: [[TokenisedExample]]

  /// - Parameter quick: one smaller minibatch.
  init(_ size: RandomModel.Size, quick: Bool) {
    self.size = size
    shape = EncoderShape(size)
    let (rows, count) = quick ? (16, 1) : (128, 4)
    var tweets = InventedTweets()
    let examples = tweets.ids(rows * count, vocabulary: shape.vocabularySize).enumerated().map {
      TokenisedExample(ids: $1, target: .label($0 % 2))
    }
    batches = (0..<count).map { Array(examples[$0 * rows..<($0 + 1) * rows]) }
  }

  func measure(_ effort: Effort, into report: inout Report) {
    report.add(
      "Training \(size.name), classifier, \(batches[0].count) tweets at once", contest([contestant], effort))
  }

  private var contestant: TrainingContestant {
    let headSizes = [3 * shape.embeddingSize, Self.headUnits, 2]
    var generator = SplitMix64(state: 1)
    let parameters = ClassifierParameters(
      encoder: EncoderParameters(shape, using: &generator), headSizes: headSizes, random: options.random)
    let network = ClassifierNetwork(parameters, headSizes: headSizes, options)
    // Which minibatch is next.
    var next = 0
    let trainee = Trainee(parameters, groups: .classifier(layers: shape.layerCount)) { [batches] in
      _ = network.train(batches[next], $0, step: $1, gradients: &$2)
      next = (next + 1) % batches.count
    }
    return TrainingContestant(
      name: "all layers", tokens: batches.joined().reduce(0) { $0 + $1.ids.count },
      // Forward, and twice as many backward.
      operationsOfOneToken: 3 * shape.operationsOfOneToken,
      turn: { [batches] in for _ in batches { trainee.trainMinibatch() } })
  }

  private var options: ClassifierOptions {
    var options = ClassifierOptions(classes: 2)
    options.dropout = DropoutRates.classifier.scaled(by: 0.3)
    // As fastai has it, the encoder's output dropout is the head's first; the second one has no factor.
    options.headDropout = [options.dropout.output, 0.1]
    options.dropout.output = 0
    options.regularisation = .fastai
    options.shards = Machine.current().cores
    return options
  }
}
