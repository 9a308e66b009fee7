internal import Datasets
package import Kernels

/// How a language model is trained; the defaults are the case study's.
package struct LanguageModelRecipe: Equatable, Sendable {
  /// The number of parallel streams (batch size).
  package var rows = 128
  /// The number of tokens per stream in a minibatch (bptt).
  package var length = 70
  /// The maximum learning rate of the whole network: 0.001 for 48 rows, scaled in proportion to the rows.
  package var rate = 1e-3 * 128 / 48
  /// The number of epochs that train only the embedding and the decoder, at ten times the rate: for fine-tuning a
  /// model with new words.
  package var frozenEpochs = 0
  /// The number of epochs that train everything.
  package var epochs = 3
  /// Factor of AWD-LSTM's dropouts (fastai's `drop_mult`).
  package var dropoutFactor: Float = 0.3
  /// The number of words drawn for a sampled softmax; nil for an exact softmax.
  package var candidates: Int? = 4096
  /// AR and TAR.
  package var regularisation = Regularisation.fastai
  /// The maximum norm of the gradients; nil for no limit.
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
    /// The number of layer groups to train, from the head down; the head, each LSTM layer and the embedding are
    /// groups.
    package var groups: Int
    package var epochs: Int
    /// Relative to the recipe's rate.
    package var rateFactor: Double

    package init(groups: Int, epochs: Int, rateFactor: Double) {
      self.groups = groups
      self.epochs = epochs
      self.rateFactor = rateFactor
    }
  }

  package var batchSize = 128
  /// The head's maximum learning rate: 0.02 for 48 tweets, scaled in proportion to the batch size.
  package var rate = 2e-2 * 128 / 48
  /// The ratio of each layer group's rate to that of the group below it (Howard & Ruder 2018, section 3.2).
  package var rateRatio = 2.6
  /// The stages, in order.
  package var stages = [
    Unfreezing(groups: 1, epochs: 2, rateFactor: 1), Unfreezing(groups: 2, epochs: 3, rateFactor: 1),
    Unfreezing(groups: 3, epochs: 3, rateFactor: 0.5), Unfreezing(groups: 5, epochs: 3, rateFactor: 0.1),
  ]
  /// The number of units between the two blocks of the head.
  package var headUnits = 50
  /// Factor of AWD-LSTM's dropouts (fastai's `drop_mult`).
  package var dropoutFactor: Float = 0.5
  /// Whether to weight the classes so that all have the same total weight, regardless of their sizes.
  package var balancesClasses = true
  /// Label smoothing (Szegedy et al. 2016).
  package var smoothing: Float = 0
  /// What the weights of the LSTM layers are rounded to, in training and in the trained model; nil for no rounding.
  package var rounding: WeightRounding?
  /// Factor of AR and TAR (Merity et al. 2017, section 4.6).
  package var regularisationFactor: Float = 1
  package var clip: Double?
  package var weightDecay = 0.01
  package var precision = ProductPrecision.bfloat16
  package var seed: UInt64 = 42

  package init() {}

  /// The widths of the head, from its input to its output: 3E, its units, the number of classes.
  package func headSizes(over encoder: EncoderShape, classes: Int) -> [Int] {
    [3 * encoder.embeddingSize, headUnits, classes]
  }
}

// From recipes to the options that checkpoints hold, by their names on the command line and in recipes.

extension LanguageModelRecipe {
  var options: [StageOption] {
    [
      StageOption("rate", "\(rate)"), StageOption("batch", "\(rows)"), StageOption("bptt", "\(length)"),
      StageOption("dropout", "\(dropoutFactor)"), StageOption("candidates", "\(candidates ?? 0)"),
      StageOption("clip", "\(clip ?? 0)"), StageOption("weight_decay", "\(weightDecay)"),
      StageOption("precision", precision.rawValue), StageOption("seed", "\(seed)"),
    ]
  }
}

extension ClassifierRecipe {
  var options: [StageOption] {
    [
      StageOption("rate", "\(rate)"), StageOption("rate_ratio", "\(rateRatio)", former: "2.6"),
      StageOption("batch", "\(batchSize)"), StageOption("dropout", "\(dropoutFactor)"),
      StageOption("bits", "\(rounding?.bits ?? 0)", former: "0"),
      StageOption("regularisation", "\(regularisationFactor)", former: "1.0"),
      StageOption("smoothing", "\(smoothing)"),
      StageOption("balance", "\(balancesClasses)"), StageOption("clip", "\(clip ?? 0)"),
      StageOption("weight_decay", "\(weightDecay)"), StageOption("precision", precision.rawValue),
      StageOption("seed", "\(seed)"),
    ]
  }
}

extension ClassifierRecipe.Unfreezing {
  var option: StageOption { StageOption("stage", "\(groups):\(epochs):\(rateFactor)") }
}

// From recipes to the options of networks.

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
  /// - Parameters:
  ///   - examples: the training examples, whose class sizes determine the class weights.
  ///   - headBlocks: the number of blocks of the head.
  init(_ recipe: ClassifierRecipe, classes: Int, examples: [TokenisedExample], headBlocks: Int = 2) {
    self.init(classes: classes, headBlocks: headBlocks)
    dropout = DropoutRates.classifier.scaled(by: recipe.dropoutFactor)
    // In fastai the encoder's output dropout is the head's first dropout; the others are not scaled.
    for block in headDropout.indices {
      headDropout[block] = block == 0 ? dropout.output : recipe.dropoutFactor > 0 ? 0.1 : 0
    }
    dropout.output = 0
    let weights =
      recipe.balancesClasses
      ? Self.balance(examples.map { ($0.target, $0.weight) }, classes: classes)
      : [Float](repeating: 1, count: classes)
    loss = CrossEntropy(classWeights: weights, smoothing: recipe.smoothing)
    regularisation = Regularisation.fastai.scaled(by: recipe.regularisationFactor)
    rounding = recipe.rounding
    precision = recipe.precision
    random = RandomStream(seed: recipe.seed)
  }

  /// Weights that give all classes the same total weight, 1 on average over the examples that decide between all
  /// labels.
  static func balance(_ examples: some Sequence<(Target, Float)>, classes: Int) -> [Float] {
    // In single precision a sum of ones would end at 16,777,216.
    var sums = [Double](repeating: 0, count: classes)
    for (target, weight) in examples {
      switch target {
      case .label(let label): sums[label] += Double(weight)
      case .distribution(let probabilities):
        for label in sums.indices { sums[label] += Double(weight) * Double(probabilities[label]) }
      case .odds: continue
      }
    }
    return factors(sums)
  }

  /// Factors for the weights of examples that balance those deciding between two labels, 1 on average over each pair;
  /// 1 for all other examples.
  static func oddsBalance(_ examples: some Collection<(Target, Float)>) -> [Float] {
    var sums: [Target: Double] = [:]
    for (target, weight) in examples where target.pair != nil { sums[target, default: 0] += Double(weight) }
    return examples.map { target, _ in
      guard case .odds(let label, let other) = target, let sum = sums[target] else { return 1 }
      return factors([sum, sums[.odds(label: other, over: label)] ?? 0])[0]
    }
  }

  private static func factors(_ sums: [Double]) -> [Float] {
    let total = sums.reduce(0, +)
    return sums.map { $0 > 0 ? Float(total / (Double(sums.count) * $0)) : 1 }
  }
}

extension [TokenisedExample] {
  /// The same examples, with targets that decide between two labels balanced.
  var balancingOdds: [TokenisedExample] {
    let factors = ClassifierOptions.oddsBalance(map { ($0.target, $0.weight) })
    return zip(self, factors).map { example, factor in
      TokenisedExample(ids: example.ids, target: example.target, weight: example.weight * factor)
    }
  }
}
