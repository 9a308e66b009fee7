/// How much the encoder forgets while it learns: AWD-LSTM's five dropouts (Merity et al. 2017, section 4).
package struct DropoutRates: Equatable, Sendable {
  /// Whole words of the embedding.
  package var embedding: Float
  /// Features of the first layer's input, the same at all steps of a row.
  package var input: Float
  /// Features of what a layer hands to the next one, the same at all steps.
  package var hidden: Float
  /// Features of the last layer's output, the same at all steps. For a classifier: of the head's input.
  package var output: Float
  /// Weights of the states, the same for all rows and steps.
  package var weights: Float

  package init(embedding: Float, input: Float, hidden: Float, output: Float, weights: Float) {
    self.embedding = embedding
    self.input = input
    self.hidden = hidden
    self.output = output
    self.weights = weights
  }

  /// fastai v1's `awd_lstm_lm_config`.
  package static let languageModel = DropoutRates(
    embedding: 0.02, input: 0.25, hidden: 0.15, output: 0.1, weights: 0.2)

  /// fastai v1's `awd_lstm_clas_config`.
  package static let classifier = DropoutRates(
    embedding: 0.05, input: 0.4, hidden: 0.3, output: 0.4, weights: 0.5)

  /// Nothing is forgotten.
  package static let none = DropoutRates(embedding: 0, input: 0, hidden: 0, output: 0, weights: 0)

  /// All rates times fastai's `drop_mult`.
  package func scaled(by factor: Float) -> DropoutRates {
    DropoutRates(
      embedding: embedding * factor, input: input * factor, hidden: hidden * factor, output: output * factor,
      weights: weights * factor)
  }
}
