internal import AWDLSTM

/// Measures the speed of a recipe on this machine: trains a few minibatches with a network that is discarded.
package enum Rehearsal {
  /// The tokens per second of a language model, without validation.
  ///
  /// - Precondition: the documents suffice for a minibatch.
  package static func languageModel(
    _ start: LanguageModelParameters, documents: TokenDocuments, _ recipe: LanguageModelRecipe
  ) -> Double {
    let stage = LanguageModelStage(
      start, documents: documents, validation: TokenDocuments(), rows: recipe.rows, length: recipe.length,
      LanguageModelOptions(recipe))
    let groups = LayerGroups.languageModel(layers: start.encoder.layers.count)
    return tokensPerSecond(of: stage, groups: groups, trained: groups.count)
  }

  /// The tokens per second of each stage of a classifier, with its teacher if there is one.
  ///
  /// - Precondition: there are examples.
  package static func classifier(
    from start: ClassifierStart, classes: Int, examples: [TokenisedExample], _ recipe: ClassifierRecipe
  ) -> [Double] {
    let (options, headSizes) = start.options(recipe, classes: classes, examples: examples)
    let untrained = start.classifier(headSizes: headSizes, random: options.random)
    return recipe.stages.map { unfreezing in
      var stage = ClassifierStage(
        untrained.parameters, headSizes: headSizes, examples: examples, validation: [],
        batchSize: recipe.batchSize, trainedGroups: unfreezing.groups, options)
      stage.state = untrained.statistics
      let groups = LayerGroups.classifier(layers: start.encoder.layers.count)
      return tokensPerSecond(of: stage, groups: groups, trained: unfreezing.groups)
    }
  }

  /// The features per second of a wide term; each step of the solver reads all of them.
  package static func wide(_ examples: WideExamples, _ recipe: WideRecipe) -> Double {
    let objective = WideObjective(
      examples, classWeights: recipe.classWeights(for: examples), regularisation: recipe.regularisation)
    var solver = LBFGS(start: objective.start) { objective.evaluate($0, gradient: &$1) }
    let watch = Stopwatch()
    var steps = 0
    repeat { steps += 1 } while solver.step() && steps < 3
    return Double(steps * examples.featureCount) / max(watch.total, 1e-9)
  }

  /// Trains one minibatch to warm up, and measures a few more.
  private static func tokensPerSecond<Work: Stage>(
    of stage: consuming Work, groups: LayerGroups, trained: Int
  ) -> Double {
    var (stage, tokens) = (stage, 0)
    var gradients = stage.parameters.zeros
    var optimiser = Adam(for: stage.parameters, groups: groups)
    let rates = DiscriminativeRates(highest: 1e-9, trained: trained).rates(groups: groups.count, factor: 1)
    var watch = Stopwatch()
    for index in 0..<min(stage.minibatches, 3) {
      let minibatch = Minibatch(epoch: 0, index: index, step: index)
      guard let result = try? stage.train(minibatch, gradients: &gradients) else { break }
      optimiser.step(&stage.parameters, gradients: gradients, rates: rates, momentum: 0.9)
      if index == 0 && stage.minibatches > 1 { watch = Stopwatch() } else { tokens += result.tokens }
    }
    return Double(tokens) / max(watch.total, 1e-9)
  }
}
