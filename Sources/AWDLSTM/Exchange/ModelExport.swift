internal import JSON

/// Whose names exported tensors get.
package enum TensorNames: String, CaseIterable, Sendable {
  /// Our own, which are those of a plain PyTorch module.
  case animo
  /// Those of fastai, versions 1 and 2, but for the head those of version 1 alone.
  case fastai

  /// All names under which a tensor of ours is written: fastai keeps several copies of tied weights and of those that
  /// dropout is applied to, and requires all of them.
  func names(of name: String, in kind: Architecture.Kind) -> [String] {
    guard self == .fastai else { return [name] }
    let encoder = kind == .classifier ? "0.module." : "0."
    let parts = name.split(separator: ".")
    switch parts[0] {
    case "encoder":
      let names = [encoder + "encoder.weight", encoder + "encoder_dp.emb.weight"]
      return kind == .classifier ? names : names + ["1.decoder.weight"]
    case "rnns":
      let layer = encoder + "rnns.\(parts[1])."
      let inside = layer + "module.\(parts[2])"
      return parts[2] == "weight_hh_l0" ? [inside, layer + "weight_hh_l0_raw"] : [inside]
    case "head": return ["1.layers." + parts.dropFirst().joined(separator: ".")]
    default: return ["1." + name]
    }
  }
}

extension Model {
  /// The names of the files of an exported model.
  package enum ExportedFileName {
    package static let configuration = StandardFile.configuration
    package static let weights = "weights.safetensors"
    package static let tokens = "itos.json"
    package static let marks = StandardFile.marks
  }

  /// Writes the model for other programs, as a new directory that appears complete or not at all: the
  /// weights in single precision, the tokens by id as a JSON array, the configuration and the marks as they are.
  ///
  /// - Throws: when the directory exists (an empty one may), and what the system says.
  package func export(to directory: String, names: TensorNames) throws(ModelError) {
    var writer = SafeTensorsWriter()
    for tensor in try tensors() {
      for name in names.names(of: tensor.name, in: architecture.kind) { writer.add(tensor.renamed(name)) }
    }
    let tokens = try tokens().map(JSONString.quoted).joined(separator: ",\n")
    try NewDirectory.make(directory) { (new) throws(ModelError) in
      try new.write(ExportedFileName.configuration, configuration)
      try new.write(ExportedFileName.tokens, "[\(tokens)]\n")
      try new.write(ExportedFileName.weights, writer)
      if let marks { try new.write(ExportedFileName.marks, marks) }
    }
  }
}
