import AWDLSTM
import Testing

@Suite("Export")
struct ModelExportTests {
  @Test(
    "What was exported and imported again is the same to the byte", arguments: GoldenWeights.all,
    TensorNames.allCases)
  func roundTrip(name: String, names: TensorNames) throws {
    try withTemporaryDirectory { directory in
      var origin = GoldenWeights.template
      (origin.cleaning, origin.maximumTokens, origin.temperature) = ("notebook", 60, 1.25)
      try GoldenWeights(name).imported(like: origin).write(to: directory + "/first")
      let first = try Model(directory: directory + "/first")
      try first.export(to: directory + "/exported", names: names)
      var golden = try GoldenWeights(name)
      golden.weights = try ModelFile(path: directory + "/exported/weights.safetensors")
      golden.tokens = try ModelFile(path: directory + "/exported/itos.json")
      let template = try Architecture(configuration: ModelFile(path: directory + "/exported/config.json"))
      try golden.imported(like: template).write(to: directory + "/second")
      for file in ["config.json", "vocab.txt", "model.safetensors"] {
        #expect(try bytes(directory + "/first/" + file) == bytes(directory + "/second/" + file), "\(file)")
      }
    }
  }

  @Test("A language model has the names that fastai reads, tied weights and copies among them")
  func languageModelNames() throws {
    #expect(
      try names(of: "fastai1-language-model")
        == Set(SafeTensors(GoldenWeights("fastai1-language-model").weights).tensors.keys))
  }

  @Test("A classifier has the names that fastai 1 reads, but for counts of batches")
  func classifierNames() throws {
    let names = try names(of: "fastai2-classifier")
    #expect(names.contains("0.module.encoder_dp.emb.weight"))
    #expect(names.contains("0.module.rnns.2.weight_hh_l0_raw"))
    #expect(
      names.filter { $0.hasPrefix("1.") }.sorted() == [
        "1.layers.0.bias", "1.layers.0.running_mean", "1.layers.0.running_var", "1.layers.0.weight",
        "1.layers.2.bias", "1.layers.2.weight", "1.layers.4.bias", "1.layers.4.running_mean",
        "1.layers.4.running_var", "1.layers.4.weight", "1.layers.6.bias", "1.layers.6.weight",
      ])
  }

  @Test("Weights of 8 and 4 bits are exported in single precision", arguments: [8, 4])
  func dequantised(bits: Int) throws {
    try withTemporaryDirectory { directory in
      let model = try GoldenNetwork("network-tiny").model().quantised(bits: bits)
      try model.export(to: directory + "/exported", names: .animo)
      let exported = try SafeTensors(ModelFile(path: directory + "/exported/weights.safetensors"))
      for tensor in try model.tensors() { #expect(try exported.tensor(tensor.name) == tensor) }
    }
  }

  /// The names of the tensors that fastai gets of a golden model.
  private func names(of golden: String) throws -> Set<String> {
    var names: Set<String> = []
    try withTemporaryDirectory { directory in
      try GoldenWeights(golden).imported().write(to: directory + "/model")
      try Model(directory: directory + "/model").export(to: directory + "/exported", names: .fastai)
      names = Set(
        try SafeTensors(ModelFile(path: directory + "/exported/weights.safetensors")).tensors.keys)
    }
    return names
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    let file = try ModelFile(path: path)
    return file.bytes(in: 0..<file.byteCount)
  }
}
