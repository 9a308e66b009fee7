package import AWDLSTM
internal import Datasets

/// What the training of a classifier begins with: an encoder, and a new head or that of an earlier classifier.
package struct ClassifierStart: Sendable {
  package let encoder: EncoderParameters
  /// What teaches the encoder besides the labels; nil for nothing.
  package var teacher: Teacher?
  private var head: (parameters: HeadParameters, statistics: HeadStatistics)?

  /// An encoder, below a new head.
  package init(_ encoder: EncoderParameters) {
    self.encoder = encoder
  }

  /// The encoder of a language model or a classifier.
  ///
  /// - Parameter keepsHead: whether the head is kept too; the model is a classifier then.
  package init(_ model: Model, keepsHead: Bool) throws(ModelError) {
    self.init(try EncoderParameters(model))
    guard keepsHead else { return }
    head = (try HeadParameters(model), try HeadStatistics(model))
  }

  /// The options of the training, and the widths of the head from its input to its output.
  func options(
    _ recipe: ClassifierRecipe, classes: Int, examples: [TokenisedExample]
  ) -> (options: ClassifierOptions, headSizes: [Int]) {
    let new = recipe.headSizes(over: encoder.shape, classes: classes)
    let sizes = head.map { [new[0]] + $0.parameters.blocks.map(\.linear.bias.count) } ?? new
    var options = ClassifierOptions(
      recipe, classes: classes, examples: examples, headBlocks: sizes.count - 1)
    options.teacher = teacher
    return (options, sizes)
  }

  /// The classifier before its training, without answers.
  ///
  /// - Parameters:
  ///   - headSizes: the widths of a new head.
  ///   - random: the source of its weights.
  func classifier(headSizes: [Int], random: RandomStream) -> TrainedClassifier {
    var classifier = TrainedClassifier(
      parameters: ClassifierParameters(encoder: encoder, headSizes: headSizes, random: random),
      statistics: HeadStatistics(sizes: headSizes), validationLogits: Tensor(rows: 0, columns: 0))
    if let head { (classifier.parameters.head, classifier.statistics) = head }
    return classifier
  }

  /// By which weights a stage is known when it is resumed.
  var checksum: StageOption {
    guard let head else { return Checksum.from(encoder) }
    let all = encoder.tensors + head.parameters.tensors + head.statistics.tensors
    return Checksum.from(TensorList(names: all.map(\.name), values: all.map(\.tensor)))
  }
}

extension HeadParameters {
  /// The head of a classifier from its files.
  init(_ model: Model) throws(ModelError) {
    // Loading replaces the random numbers.
    self.init(sizes: model.architecture.headSizes, random: RandomStream(seed: 0))
    try load(model)
  }
}

extension HeadStatistics {
  /// The statistics of a classifier's head from its files.
  init(_ model: Model) throws(ModelError) {
    self.init(sizes: model.architecture.headSizes)
    try load(model)
  }
}
