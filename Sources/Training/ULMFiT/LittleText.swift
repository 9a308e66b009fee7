// Minibatches for little text: a recipe made for much of it would leave an epoch with no minibatch or with very few.

extension LanguageModelRecipe {
  /// The recipe for this much text.
  ///
  /// Until an epoch has `fewestMinibatches`, the rows are halved, down to 8; until it has one at all, the length is
  /// halved and then the rows. The rate falls in proportion to the rows. Enough text changes nothing.
  ///
  /// - Parameter tokens: the number of tokens to learn from.
  /// - Returns: nil for fewer than two tokens, as the last one has no successor to predict.
  package func fitted(tokens: Int) -> LanguageModelRecipe? {
    guard tokens >= 2 else { return nil }
    var fitted = self
    func minibatches() -> Int {
      TokenStreams.minibatches(tokens: tokens, rows: fitted.rows, length: fitted.length)
    }
    while minibatches() < Self.fewestMinibatches, fitted.rows > 8 { fitted.rows = max(8, fitted.rows / 2) }
    while minibatches() == 0, fitted.length > 1 { fitted.length /= 2 }
    while minibatches() == 0, fitted.rows > 1 { fitted.rows /= 2 }
    if fitted.rows != rows { fitted.rate = rate * (Double(fitted.rows) / Double(rows)) }
    return fitted
  }

  private static let fewestMinibatches = 4
}

extension ClassifierRecipe {
  /// The recipe for this many tweets: until an epoch has four minibatches, their size is halved, down to 8; the rate
  /// falls in proportion. Enough tweets change nothing.
  package func fitted(tweets: Int) -> ClassifierRecipe {
    var fitted = self
    while tweets < 4 * fitted.batchSize, fitted.batchSize > 8 {
      fitted.batchSize = max(8, fitted.batchSize / 2)
    }
    if fitted.batchSize != batchSize { fitted.rate = rate * (Double(fitted.batchSize) / Double(batchSize)) }
    return fitted
  }
}

extension TokenStreams {
  /// The streams of validation texts: with fewer rows, and then shorter minibatches, where the texts do not fill one
  /// of the size used in training.
  init(validating ids: [Int32], rows: Int, length: Int) {
    var (rows, length) = (rows, length)
    while Self.minibatches(tokens: ids.count, rows: rows, length: length) == 0, rows > 1 { rows /= 2 }
    while Self.minibatches(tokens: ids.count, rows: rows, length: length) == 0, length > 1 { length /= 2 }
    self.init(ids, rows: rows, length: length)
  }
}
