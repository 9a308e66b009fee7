import AWDLSTM
import Datasets
import Training
import TweetText

/// The larger model that teaches a classifier.
struct TeacherRequest: Sendable {
  /// A folder, or the built-in model.
  var name: String
  /// The weight of its states beside the labels.
  var weight = TeacherRequest.defaultWeight

  static let defaultWeight: Float = 400

  static let weights: ClosedRange<Float> = 0...1e6
}

extension ClassifierRequest {
  /// What the training begins with.
  ///
  /// - Parameter model: a language model or a classifier.
  /// - Throws: what `requireFit(of:)` throws.
  func start(from model: Model) throws -> ClassifierStart {
    try requireFit(of: model)
    var start = try ClassifierStart(model, keepsHead: keepsHead)
    start.teacher = try teacher.map { teacher in
      try Teacher(Model(named: teacher.name), factor: teacher.weight, precision: recipe.precision)
    }
    return start
  }

  /// The sizes of the teacher; nil without one.
  func teacherShape() throws -> EncoderShape? {
    try teacher.map { EncoderShape(try Model(named: $0.name).architecture) }
  }

  /// Requires a model whose head can be kept, and which the teacher can teach.
  ///
  /// - Throws: `CommandFailure` if it cannot; `ModelError` for a teacher that cannot be read.
  func requireFit(of model: Model) throws {
    if keepsHead { try requireHead(of: model) }
    if let teacher { try Self.require(model, toSuit: Model(named: teacher.name)) }
  }

  /// A head to keep answers with the labels that are asked for, in the same order.
  private func requireHead(of model: Model) throws {
    let (wanted, found) = (labels.names, model.architecture.labels)
    guard wanted != found else { return }
    let labels =
      found.isEmpty ? "it is a language model and has none" : "they are \(found.joined(separator: ", "))"
    throw CommandFailure(
      .configuration,
      "\(model.configuration.name): its head is to be kept, so its labels must be \(wanted.joined(separator: ", ")); "
        + labels)
  }

  /// A teacher's states can be compared with those of the model.
  private static func require(_ model: Model, toSuit teacher: Model) throws {
    let name = teacher.configuration.name
    let (units, wanted) = (teacher.architecture.embeddingSize, model.architecture.embeddingSize)
    guard units == wanted else {
      throw CommandFailure(
        .configuration, "\(name): a teacher must have embeddings of \(wanted) numbers, not of \(units)")
    }
    guard try Vocabulary(of: teacher).tokens == Vocabulary(of: model).tokens else {
      throw CommandFailure(
        .configuration, "\(name): a teacher must have the vocabulary of the model that it teaches")
    }
  }
}
