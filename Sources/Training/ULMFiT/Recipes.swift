internal import Datasets
package import Kernels

/// How a language model is trained; the defaults are the case study's.
package struct LanguageModelRecipe: Equatable, Sendable {
  /// Streams side by side (batch size).
  package var rows = 128
  /// Tokens of each that a minibatch has (bptt).
  package var length = 70
  /// The highest learning rate of the whole network: 0.001 for 48 rows, as much more as there are more rows.
  package var rate = 1e-3 * 128 / 48
  /// Epochs in which only the embedding and the decoder learn, at ten times the rate. For a model that was trained
  /// before, whose new words know nothing yet.
  package var frozenEpochs = 0
  /// Epochs in which everything learns.
  package var epochs = 3
  /// Factor of AWD-LSTM's dropouts (fastai's `drop_mult`).
  package var dropoutFactor: Float = 0.3
  /// Words drawn for a sampled softmax; nil for the exact one.
  package var candidates: Int? = 4096
  /// AR and TAR.
  package var regularisation = Regularisation.fastai
  /// The greatest norm of the gradients; nil for any.
  package var clip: Double?
  /// Decoupled weight decay.
  package var weightDecay = 0.01
  package var precision = ProductPrecision.bfloat16
  package var seed: UInt64 = 42

  package init() {}
}

/// How a classifier is trained; the defaults are the case study's.
package struct ClassifierRecipe: Equatable, Sendable {
  /// A stage of gradual unfreezing (Howard & Ruder 2018, section 3.3).
  package struct Unfreezing: Equatable, Sendable {
    /// How many layer groups learn, from the head down; the head, each LSTM layer and the embedding are groups.
    package var groups: Int
    package var epochs: Int
    /// Of the recipe's rate.
    package var rateFactor: Double

    package init(groups: Int, epochs: Int, rateFactor: Double) {
      self.groups = groups
      self.epochs = epochs
      self.rateFactor = rateFactor
    }
  }

  package var batchSize = 128
  /// The head's highest learning rate: 0.02 for 48 tweets, as much more as there are more.
  package var rate = 2e-2 * 128 / 48
  /// The stages one after the other.
  package var stages = [
    Unfreezing(groups: 1, epochs: 2, rateFactor: 1), Unfreezing(groups: 2, epochs: 3, rateFactor: 1),
    Unfreezing(groups: 3, epochs: 3, rateFactor: 0.5), Unfreezing(groups: 5, epochs: 3, rateFactor: 0.1),
  ]
  /// Units of the head between its two blocks.
  package var headUnits = 50
  /// Factor of AWD-LSTM's dropouts (fastai's `drop_mult`).
  package var dropoutFactor: Float = 0.5
  /// Whether the classes are weighed so that all count alike in sum, however many tweets each has.
  package var balancesClasses = true
  /// Label smoothing (Szegedy et al. 2016).
  package var smoothing: Float = 0
  package var regularisation = Regularisation.fastai
  package var clip: Double?
  package var weightDecay = 0.01
  package var precision = ProductPrecision.bfloat16
  package var seed: UInt64 = 42

  package init() {}

  /// Widths from one end of the head to the other: 3E, its units, the classes.
  package func headSizes(over encoder: EncoderShape, classes: Int) -> [Int] {
    [3 * encoder.embeddingSize, headUnits, classes]
  }
}

// What recipes mean for the networks.

extension LanguageModelOptions {
  init(_ recipe: LanguageModelRecipe) {
    self.init()
    dropout = DropoutRates.languageModel.scaled(by: recipe.dropoutFactor)
    regularisation = recipe.regularisation
    candidates = recipe.candidates
    precision = recipe.precision
    random = RandomStream(seed: recipe.seed)
  }
}

extension ClassifierOptions {
  /// - Parameter examples: what will be learnt from: how many there are of each class says what a class weighs.
  init(_ recipe: ClassifierRecipe, classes: Int, examples: [TokenisedExample]) {
    self.init(classes: classes)
    dropout = DropoutRates.classifier.scaled(by: recipe.dropoutFactor)
    // In fastai the encoder's output dropout is the head's first; the second one has no factor.
    headDropout = [dropout.output, 0.1]
    dropout.output = 0
    let weights =
      recipe.balancesClasses
      ? Self.balance(examples.map { ($0.target, $0.weight) }, classes: classes)
      : [Float](repeating: 1, count: classes)
    loss = CrossEntropy(classWeights: weights, smoothing: recipe.smoothing)
    regularisation = recipe.regularisation
    precision = recipe.precision
    random = RandomStream(seed: recipe.seed)
  }

  /// Weights by which all classes count alike in sum, 1 on average over the examples that decide between all.
  static func balance(_ examples: some Sequence<(Target, Float)>, classes: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: classes)
    for (target, weight) in examples {
      switch target {
      case .label(let label): sums[label] += weight
      case .distribution(let probabilities):
        for label in sums.indices { sums[label] += weight * probabilities[label] }
      case .odds: continue
      }
    }
    return factors(sums)
  }

  /// What the weights of examples are to be multiplied by so that of those that decide between two labels as many
  /// count for the one as for the other, 1 on average over these; 1 for all others.
  static func oddsBalance(_ examples: some Collection<(Target, Float)>) -> [Float] {
    var sums: [Target: Float] = [:]
    for (target, weight) in examples where target.pair != nil { sums[target, default: 0] += weight }
    return examples.map { target, _ in
      guard case .odds(let label, let other) = target, let sum = sums[target] else { return 1 }
      return factors([sum, sums[.odds(label: other, over: label)] ?? 0])[0]
    }
  }

  private static func factors(_ sums: [Float]) -> [Float] {
    let total = sums.reduce(0, +)
    return sums.map { $0 > 0 ? total / (Float(sums.count) * $0) : 1 }
  }
}

extension [TokenisedExample] {
  /// The same, of those that decide between two labels as many for the one as for the other.
  var balancingOdds: [TokenisedExample] {
    let factors = ClassifierOptions.oddsBalance(map { ($0.target, $0.weight) })
    return zip(self, factors).map { example, factor in
      TokenisedExample(ids: example.ids, target: example.target, weight: example.weight * factor)
    }
  }
}
