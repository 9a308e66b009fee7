package import Kernels

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
