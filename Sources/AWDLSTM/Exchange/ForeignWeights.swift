/// The weights of an AWD-LSTM by fastai 1, fastai 2 or us, found by our names.
struct ForeignWeights {
  /// Their names by ours.
  private let sources: [String: String]
  private let contents: SafeTensors

  var file: String { contents.file.name }

  /// Finds what each tensor of a safetensors file is; tied weights are compared.
  ///
  /// - Throws: when a tensor has no place in an AWD-LSTM, or comes twice, or differs from what it is tied to.
  init(_ file: ModelFile) throws(ModelError) {
    contents = try SafeTensors(file, accepting: SafeTensors.ElementType.allCases)
    var names = Names(file: file)
    for name in contents.tensors.keys.sorted() where !Self.isScale(name, in: contents) {
      try names.add(name)
    }
    sources = try names.sources()
    for (copy, original) in names.copies { try requireEqual(copy, original) }
  }

  /// What the file calls our tensor `name`; our own name where it has none.
  func source(of name: String) -> String { sources[name] ?? name }

  /// The sizes of our tensor `name`, or nil when it is not there.
  func sizes(of name: String) -> [Int]? {
    sources[name].flatMap { contents.tensors[$0]?.shape }
  }

  /// Our tensor of this name and these sizes. A linear layer that has no biases gets zeros: fastai 2 leaves
  /// them out.
  ///
  /// - Throws: when it is not there, has other sizes or numbers that are not finite.
  func tensor(_ shape: TensorShape) throws(ModelError) -> NamedTensor {
    guard let source = sources[shape.name] else {
      guard Self.isLinearBias(shape.name) else {
        throw error(shape.name, expected: "\(shape.sizes)", found: "no such tensor")
      }
      return NamedTensor(
        shape.name, sizes: shape.sizes, values: [Float](repeating: 0, count: shape.count))
    }
    let tensor = try contents.tensor(source)
    guard tensor.shape.sizes == shape.sizes else {
      throw error(shape.name, expected: "\(shape.sizes)", found: "\(tensor.shape.sizes)")
    }
    if let wrong = tensor.values.firstIndex(where: { !$0.isFinite }) {
      throw error(
        shape.name, expected: "finite numbers", found: "\(tensor.values[wrong]) at element \(wrong)")
    }
    return tensor.renamed(shape.name)
  }

  /// An error about our tensor `name`, under the name that it has in the file.
  func error(_ name: String, expected: String, found: String, remedy: String? = nil) -> ModelError {
    ModelError(
      file: file, place: "tensor \(quoted(source(of: name)))", expected: expected, found: found,
      remedy: remedy)
  }

  private func requireEqual(_ copy: String, _ original: String) throws(ModelError) {
    guard sources[original] != nil else { return }
    let (copied, tied) = (try contents.tensor(copy), try contents.tensor(source(of: original)))
    guard copied.shape.sizes == tied.shape.sizes, copied.values == tied.values else {
      throw ModelError(
        file: file, place: "tensor \(quoted(copy))",
        expected: "the numbers of \(quoted(tied.name)), to which it is tied", found: "others",
        remedy: "only networks with tied weights can be had")
    }
  }

  /// Whether our name is that of a linear layer's biases: module 4b + 2 of the head.
  private static func isLinearBias(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    guard parts.first == "head", parts.last == "bias", let module = Int(parts[1]) else { return false }
    return module % 4 == 2
  }

  /// Whether a tensor is the scales of codes of our own, which come with them.
  private static func isScale(_ name: String, in contents: SafeTensors) -> Bool {
    let suffix = ".scale"
    guard name.hasSuffix(suffix) else { return false }
    let type = contents.tensors[String(name.dropLast(suffix.count))]?.elementType
    return type == .int8 || type == .uint8
  }
}

/// Sorts the names of a file into what they are.
private struct Names {
  let file: ModelFile
  private var plain: [String: String] = [:]
  private var beforeDropout: [String: String] = [:]
  private var head = ForeignHead()
  /// Names of tied weights, with our name of what they are tied to.
  private(set) var copies: [(copy: String, original: String)] = []

  init(file: ModelFile) {
    self.file = file
  }

  mutating func add(_ name: String) throws(ModelError) {
    switch ForeignName(name) {
    case .tensor(let ours): try set(&plain, ours, name)
    case .weightsBeforeDropout(let ours): try set(&beforeDropout, ours, name)
    case .copy(let original): copies.append((name, original))
    case .head(let module, let parameter): head.add(name, module: module, parameter: parameter)
    case .ignored: return
    case .unknown:
      throw error(
        name, expected: "no such tensor in an AWD-LSTM", found: "one",
        remedy: "names are those of fastai 1, of fastai 2 or of animo")
    }
  }

  /// Their names by ours. The original weights of a layer take precedence over those after dropout.
  func sources() throws(ModelError) -> [String: String] {
    plain.merging(beforeDropout) { $1 }.merging(try head.names(in: file)) { $1 }
  }

  private func set(_ names: inout [String: String], _ ours: String, _ name: String) throws(ModelError) {
    guard let other = names.updateValue(name, forKey: ours) else { return }
    throw error(name, expected: "these weights once", found: "\(quoted(other)) too")
  }

  private func error(_ name: String, expected: String, found: String, remedy: String? = nil) -> ModelError {
    ModelError(
      file: file.name, place: "tensor \(quoted(name))", expected: expected, found: found, remedy: remedy)
  }
}

/// The head of a foreign classifier: the mapping of its tensors to ours.
///
/// Blocks are batch normalisation, then a linear layer; other modules have no weights, but shift the numbers (a
/// dropout of 0 is omitted), so only the order of modules matters.
struct ForeignHead {
  /// The names of a module's tensors by parameter, such as `running_mean`.
  private var modules: [[Int]: [String: String]] = [:]

  var isEmpty: Bool { modules.isEmpty }

  mutating func add(_ name: String, module: [Int], parameter: String) {
    modules[module, default: [:]][parameter] = name
  }

  /// Their name by ours: `head.4b.…` for the batch normalisation of block b, `head.4b+2.…` for its linear
  /// layer.
  ///
  /// - Throws: if modules of the two kinds do not alternate.
  func names(in file: ModelFile) throws(ModelError) -> [String: String] {
    let ordered = modules.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var names: [String: String] = [:]
    for (index, (_, parameters)) in ordered.enumerated() {
      let isNorm = parameters["running_mean"] != nil
      guard isNorm == index.isMultiple(of: 2) else {
        throw ModelError(
          file: file.name, place: parameters.values.min().map { "tensor \(quoted($0))" },
          expected: isNorm ? "a linear layer after batch normalisation" : "batch normalisation before it",
          found: isNorm ? "batch normalisation again" : "a linear layer without",
          remedy: "the head is not that of fastai's text classifier")
      }
      for (parameter, name) in parameters { names["head.\(2 * index).\(parameter)"] = name }
    }
    return names
  }
}
