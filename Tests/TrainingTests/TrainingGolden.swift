import Foundation
import TestSupport
import Testing

@testable import Training

/// A file of `Tests/Golden/training-tiny`: tensors by name, as PyTorch computes them.
///
/// `Tests/Golden/training-tiny.py` wrote the files and says what is in each.
struct TrainingGolden {
  let name: String
  private let tensors: [String: Tensor]

  /// Reads `<name>.safetensors`.
  init(_ name: String) throws {
    self.name = name
    let file = Repository.golden.appending(path: "training-tiny/\(name).safetensors")
    let bytes = [UInt8](try Data(contentsOf: file))
    let headerBytes = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONDecoder().decode([String: Entry].self, from: Data(bytes[8..<8 + headerBytes]))
    let body = bytes.dropFirst(8 + headerBytes)
    tensors = try header.mapValues { try $0.tensor(in: body) }
  }

  /// A tensor; a vector is one row, a single number one row of one column.
  func tensor(_ name: String) throws -> Tensor {
    try #require(tensors[name], "\(self.name) has no tensor \(name)")
  }

  /// A single number, such as a loss.
  func number(_ name: String) throws -> Float {
    let tensor = try tensor(name)
    try #require(tensor.count == 1, "\(name) is \(tensor.rows) × \(tensor.columns)")
    return tensor.values[0]
  }

  /// Whole numbers, such as token ids, row by row.
  func integers<Number: BinaryInteger>(_ name: String, as type: Number.Type = Int.self) throws -> [Number] {
    try tensor(name).values.map { try #require(Number(exactly: $0), "\(name) has a fraction") }
  }

  /// Puts the tensors that have the names of a tree's in their place.
  ///
  /// - Parameter prefix: what the names begin with here, such as `plain.`.
  func load(_ tree: inout some ParameterTree, prefix: String = "") throws {
    try tree.visit { name, tensor in tensor = try self.tensor(prefix + name) }
  }

  /// How a header describes a tensor.
  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    func tensor(in body: ArraySlice<UInt8>) throws -> Tensor {
      try #require(dtype == "F32" && shape.count <= 2 && offsets.count == 2)
      let bytes = body.dropFirst(offsets[0]).prefix(offsets[1] - offsets[0])
      let values = stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
        Float(bitPattern: bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
      }
      let columns = shape.last ?? 1
      return Tensor(rows: shape.count == 2 ? shape[0] : 1, columns: columns, values: values)
    }
  }
}
