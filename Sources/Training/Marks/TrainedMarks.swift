package import AWDLSTM
internal import Datasets

/// The weight of each mark for each label, learnt from labelled texts.
package struct TrainedMarks: Sendable {
  package let marks: [String]
  /// [marks][labels]: added to logits, before they are divided by the temperature.
  package let weights: [Float]
  /// The accuracy on training and validation texts with marks, without and with these weights.
  package let learnt: Comparison
  package let judged: Comparison

  /// Correct answers without and with marks.
  package struct Comparison: Equatable, Sendable {
    package var texts = 0
    package var rightWithout = 0
    package var rightWith = 0
  }

  /// Learns from examples.
  ///
  /// - Parameters:
  ///   - examples: must not be empty.
  ///   - validation: with the same marks; for measuring only.
  ///   - labels: the number of labels.
  ///   - temperature: the model's temperature.
  package init(
    _ examples: MarkExamples, validation: MarkExamples, labels: Int, temperature: Double, _ recipe: MarkRecipe
  ) {
    let objective = MarkObjective(examples, labels: labels, recipe)
    var solver = LBFGS(start: objective.start) { objective.evaluate($0, gradient: &$1) }
    let enough = 1e-6 * max(solver.gradientNorm, 1)
    for _ in 0..<recipe.iterations where solver.gradientNorm > enough {
      guard solver.step() else { break }
    }
    marks = examples.marks
    weights = Self.weights(solver.point, labels: labels, temperature: temperature)
    learnt = Comparison(examples, objective, solver.point)
    judged = Comparison(validation, MarkObjective(validation, labels: labels, recipe), solver.point)
  }

  /// With two labels, half of the log-odds for the second and against the first; with more, the scores minus their
  /// mean, which changes no answer.
  private static func weights(_ point: [Double], labels: Int, temperature: Double) -> [Float] {
    guard labels > 2 else {
      return point.flatMap { [Float(-$0 * temperature / 2), Float($0 * temperature / 2)] }
    }
    return stride(from: 0, to: point.count, by: labels).flatMap { first in
      let row = point[first..<first + labels]
      let mean = row.reduce(0, +) / Double(labels)
      return row.map { Float(($0 - mean) * temperature) }
    }
  }
}

extension TrainedMarks.Comparison {
  fileprivate init(_ examples: MarkExamples, _ objective: MarkObjective, _ point: [Double]) {
    for row in 0..<examples.count {
      let target = examples.targets[row]
      func isRight(_ scores: [Double]) -> Bool {
        target.isMet(by: scores.count == 1 ? [0, scores[0]] : scores)
      }
      texts += 1
      if isRight(examples.offsets[row]) { rightWithout += 1 }
      if isRight(objective.answer(to: row, point)) { rightWith += 1 }
    }
  }
}

extension Model {
  /// This classifier with trained marks, in single precision. They replace any marks that it had.
  package func adding(_ trained: TrainedMarks) throws(ModelError) -> NewModel {
    var architecture = architecture
    architecture.marks = trained.marks.count
    var tensors = try self.tensors().filter { $0.name != Architecture.markWeight }
    tensors.append(
      NamedTensor(
        Architecture.markWeight, sizes: [trained.marks.count, architecture.labels.count],
        values: trained.weights))
    return NewModel(
      architecture: architecture, vocabulary: try tokens(), tensors: tensors, marks: trained.marks)
  }
}
