/// The head of a foreign classifier: which of its tensors is which of ours.
///
/// Blocks are batch normalisation, then a linear layer; what lies between has no weights, and whether it is
/// there (a dropout of 0 is not) changes the numbers of the modules. So modules count in their order alone.
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
  /// - Throws: when modules of the two kinds do not take turns.
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
