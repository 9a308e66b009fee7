package import AWDLSTM
internal import Datasets
package import Kernels

/// A larger encoder whose answers a smaller one learns to give, besides the labels: the mean square of the difference
/// between both at every token is added to the loss (hints; Romero et al. 2015, FitNets).
///
/// A tweet's label is a few numbers; the answers to its tokens are thousands, so the smaller encoder learns from few
/// tweets. Both have the same words, and as many units in the last layer.
package final class Teacher: Sendable {
  let parameters: EncoderParameters
  /// What the mean square is multiplied by.
  package let factor: Float
  let encoder: PackedEncoder

  /// - Parameters:
  ///   - model: a language model or a classifier.
  ///   - factor: what the mean square is multiplied by.
  package convenience init(
    _ model: Model, factor: Float, precision: ProductPrecision
  ) throws(ModelError) {
    self.init(try EncoderParameters(model), factor: factor, precision: precision)
  }

  init(_ parameters: EncoderParameters, factor: Float, precision: ProductPrecision) {
    self.parameters = parameters
    self.factor = factor
    encoder = PackedEncoder(parameters.shape, kernel: .best(precision))
    encoder.pack(parameters, random: RandomStream(seed: 0), step: 0, backward: false)
  }

  /// By which teacher a stage is known when it is resumed.
  static func option(_ teacher: Teacher?) -> StageOption {
    let none = "none"
    guard let teacher else { return StageOption("teacher", none, former: none) }
    let weights = Checksum.from(teacher.parameters)
    return StageOption("teacher", "\(weights.value), weighted by \(teacher.factor)", former: none)
  }
}

/// A teacher's answers to the tweets of a shard. Used by one thread at a time.
final class TeachingShard {
  private let teacher: Teacher
  private let pass: EncoderPass

  init(_ teacher: Teacher) {
    self.teacher = teacher
    pass = EncoderPass(teacher.parameters.shape)
  }

  /// The answers to the last tweets, [tokens][E].
  var answers: Tensor { pass.answers }

  /// Computes the answers to some tweets.
  ///
  /// - Parameter ids: the tokens in the order of `steps`.
  func forward(_ ids: [Int32], _ steps: Steps) {
    let shape = teacher.parameters.shape
    var state = LSTMState(shape, rows: steps.rows)
    pass.forward(
      ids, steps, embedding: teacher.parameters.embedding, weights: teacher.encoder.layers,
      masks: EncoderMasks(layers: shape.layerCount), state: &state)
  }

  /// Adds the gradient of what the answers differ by.
  ///
  /// - Parameters:
  ///   - answers: those of the smaller encoder, [tokens][E].
  ///   - gradient: of `answers`.
  ///   - tokens: the number of tokens of the whole minibatch.
  func addGradient(of answers: Tensor, to gradient: inout Tensor, tokens: Int) {
    let scale = 2 * teacher.factor / Float(tokens * answers.columns)
    gradient.add(answers.values, scale: scale)
    gradient.add(self.answers.values, scale: -scale)
  }
}
