import AWDLSTM

/// Weights of fastai in `Tests/Golden/fastai-tiny`, and what they are by our names; `fastai-tiny.py` says
/// more.
struct GoldenWeights {
  static let all = ["fastai1-language-model", "fastai2-classifier"]
  static let specialTokens = [
    "xxunk", "xxpad", "xxbos", "xxeos", "xxfld", "xxmaj", "xxup", "xxrep", "xxwrep",
  ]
  /// What the tensors do not say.
  static let template = Architecture(
    vocabularySize: 0, embeddingSize: 0, hiddenSize: 0, layerCount: 0, labels: ["negative", "positive"],
    cleaning: "standard", maximumTokens: 72)

  var weights: ModelFile
  var tokens: ModelFile
  let expected: ModelFile

  init(_ name: String) throws(ModelError) {
    let directory = GoldenNetwork.golden("fastai-tiny/" + name)
    weights = try ModelFile(path: directory + "/weights.safetensors")
    tokens = try ModelFile(path: directory + "/itos.json")
    expected = try ModelFile(path: directory + "/expected.safetensors")
  }

  /// The classifier after `model.export(to: directory, names:)`, with the configuration that was written there.
  static func exported(_ model: Model, to directory: String, names: TensorNames) throws -> (
    golden: GoldenWeights, template: Architecture
  ) {
    try model.export(to: directory, names: names)
    var golden = try GoldenWeights("fastai2-classifier")
    golden.weights = try ModelFile(path: directory + "/weights.safetensors")
    golden.tokens = try ModelFile(path: directory + "/itos.json")
    return (golden, try Architecture(configuration: ModelFile(path: directory + "/config.json")))
  }

  /// Imports the weights.
  func imported(like template: Architecture = template) throws(ModelError) -> NewModel {
    try ModelImport(like: template, specialTokens: Self.specialTokens).model(weights: weights, tokens: tokens)
  }

  /// Changes the weights' tensors, which then are in single precision.
  mutating func change(_ change: (inout [NamedTensor]) -> Void) throws(ModelError) {
    let contents = try SafeTensors(weights, accepting: SafeTensors.ElementType.allCases)
    var tensors: [NamedTensor] = []
    for (name, tensor) in contents.tensors.sorted(by: { $0.key < $1.key }) where tensor.elementType != .int64
    {
      tensors.append(try contents.tensor(name))
    }
    change(&tensors)
    var writer = SafeTensorsWriter()
    for tensor in tensors { writer.add(tensor) }
    weights = ModelFile(name: "weights.safetensors", bytes: writer.file())
  }

  /// Changes one tensor.
  mutating func change(
    _ name: String, _ change: (NamedTensor) -> NamedTensor?
  ) throws(ModelError) {
    try self.change { tensors in
      precondition(tensors.contains { $0.name == name }, "a test that changes nothing tests nothing")
      tensors = tensors.compactMap { $0.name == name ? change($0) : $0 }
    }
  }
}
