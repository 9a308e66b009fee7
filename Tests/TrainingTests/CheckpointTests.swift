import AWDLSTM
import Foundation
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Training

@Suite("Checkpoint")
struct CheckpointTests {
  let folder: TemporaryDirectory
  let directory: Directory

  init() throws {
    folder = try TemporaryDirectory()
    directory = try Directory(FilePath(folder.path))
  }

  static let parameters = PairParameters([1.5, -.leastNonzeroMagnitude, .infinity], [0.1, 3])

  static var progress: StageProgress {
    var progress = StageProgress(stage: "language-model", epochs: 3, minibatches: 7)
    progress.origin = "cbf43926"
    progress.step = 9
    progress.smoothedLoss.add(1.0 / 3)
    progress.optimiserCounts = [0, 9]
    progress.seconds = 0.1
    progress.logByteCount = 512
    progress.history = [
      StageProgress.Entry(step: 7, loss: 4.1, validation: Validation(loss: 2.0 / 3, accuracy: 1e-9))
    ]
    return progress
  }

  @Test("What was written comes back, to the bit")
  func roundTrip() throws {
    let file = try written(Self.parameters)
    var loaded = PairParameters([0, 0, 0], [0, 0])
    try file.load(&loaded, from: "parameters")
    #expect(loaded == Self.parameters)
    #expect(file.progress == Self.progress)
  }

  @Test("How a stage ended comes back", arguments: [StageProgress.Ending.finished, .diverged("a \"b\"\n")])
  func endings(ending: StageProgress.Ending) throws {
    var progress = Self.progress
    progress.ending = ending
    try TrainingCheckpoint(progress: progress).write(to: directory, as: "c")
    #expect(try CheckpointFile(path: folder.path("c")).progress.ending == ending)
  }

  @Test("A file of which any byte was changed is refused")
  func damage() throws {
    _ = try written(PairParameters([1], [2]))
    let bytes = Array(try Data(contentsOf: folder.url.appending(path: "c")))
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      let path = try folder.write(damaged, to: "damaged")
      #expect(throws: ModelError.self) { try CheckpointFile(path: path) }
    }
  }

  @Test("A file that was cut anywhere is refused, and the message says what to do")
  func cut() throws {
    _ = try written(PairParameters([1], [2]))
    let bytes = Array(try Data(contentsOf: folder.url.appending(path: "c")))
    for count in bytes.indices {
      let path = try folder.write(Array(bytes.prefix(count)), to: "cut")
      let error = #expect(throws: ModelError.self) { try CheckpointFile(path: path) }
      #expect(error?.remedy?.contains("start over") == true)
    }
  }

  @Test("A tensor of another shape, one too few and one too many are refused, and nothing is loaded")
  func otherNetwork() throws {
    let file = try written(Self.parameters)
    var turned = PairParameters([0, 0, 0], [0])
    #expect(throws: ModelError.self) { try file.load(&turned, from: "parameters") }
    #expect(turned == PairParameters([0, 0, 0], [0]))
    var fewer = TensorList(names: ["first"], values: [Tensor(rows: 1, columns: 3)])
    #expect(throws: ModelError.self) { try file.load(&fewer, from: "parameters") }
    var other = TensorList(names: ["first", "second", "third"], values: Array(repeating: .one, count: 3))
    #expect(throws: ModelError.self) { try file.load(&other, from: "parameters") }
    #expect(other.values.allSatisfy { $0 == .one })
  }

  @Test("When writing fails the checkpoint before it stays")
  func failedWriting() throws {
    _ = try written(Self.parameters)
    // A folder where the new file is to be written.
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: ".c.tmp"), withIntermediateDirectories: false)
    #expect(throws: SystemCallError.self) { try written(PairParameters([9], [9])) }
    var loaded = PairParameters([0, 0, 0], [0, 0])
    try CheckpointFile(path: folder.path("c")).load(&loaded, from: "parameters")
    #expect(loaded == Self.parameters)
  }

  @Test("What an interrupted attempt left is overwritten")
  func leftover() throws {
    try folder.write("half a checkpoi", to: ".c.tmp")
    _ = try written(Self.parameters)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["c"])
  }

  private func written(_ parameters: PairParameters) throws -> CheckpointFile {
    var checkpoint = TrainingCheckpoint(progress: Self.progress)
    checkpoint.add(parameters, as: "parameters")
    try checkpoint.write(to: directory, as: "c")
    return try CheckpointFile(path: folder.path("c"))
  }
}

extension Tensor {
  fileprivate static let one = Tensor(rows: 1, columns: 1, values: [1])
}
