internal import Datasets

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
