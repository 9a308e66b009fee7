import Testing

@testable import Training

extension TrainingGolden {
  /// The largest difference between a tensor and the one of that name, as a share of the latter's largest number;
  /// infinite where a NaN or another shape is found.
  func difference(of found: Tensor, from name: String) throws -> Float {
    let expected = try tensor(name)
    guard found.rows == expected.rows, found.columns == expected.columns else { return .infinity }
    let differences = zip(found.values, expected.values).map { abs($0 - $1) }
    if differences.contains(where: \.isNaN) { return .infinity }
    let scale = expected.values.reduce(Float.leastNormalMagnitude) { max($0, abs($1)) }
    return (differences.max() ?? 0) / scale
  }

  /// Expects a tensor to be the one of that name, but for `tolerance` of the latter's largest number.
  func expect(
    _ found: Tensor, equals name: String, within tolerance: Float = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try tensor(name)
    let difference = try difference(of: found, from: name)
    #expect(
      difference <= tolerance,
      """
      \(self.name): \(name), \(expected.rows) × \(expected.columns), found as \(found.rows) × \(found.columns), \
      differs by \(difference) of its largest number
      """,
      sourceLocation: sourceLocation)
  }

  /// Expects a number, such as a loss, but for `tolerance` as it stands.
  func expect(
    _ found: Float, equals name: String, within tolerance: Float = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try number(name)
    #expect(
      abs(found - expected) <= tolerance, "\(self.name): \(name) is \(expected), found as \(found)",
      sourceLocation: sourceLocation)
  }

  /// Expects every tensor of a tree of gradients: `<prefix><name>.grad`.
  func expect(
    gradients: some ParameterTree, prefix: String = "", within tolerance: Float = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for (name, tensor) in gradients.tensors {
      try expect(tensor, equals: "\(prefix)\(name).grad", within: tolerance, sourceLocation: sourceLocation)
    }
  }
}
