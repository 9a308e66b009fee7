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
      ? Self.balance(examples.map { ($0.label, $0.weight) }, classes: classes)
      : [Float](repeating: 1, count: classes)
    loss = CrossEntropy(classWeights: weights, smoothing: recipe.smoothing)
    regularisation = recipe.regularisation
    precision = recipe.precision
    random = RandomStream(seed: recipe.seed)
  }

  /// Weights by which all classes count alike in sum, 1 on average over the examples.
  static func balance(_ examples: some Sequence<(Int, Float)>, classes: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: classes)
    for (label, weight) in examples { sums[label] += weight }
    let total = sums.reduce(0, +)
    return sums.map { $0 > 0 ? total / (Float(classes) * $0) : 1 }
  }
}
