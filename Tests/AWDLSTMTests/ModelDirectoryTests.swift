import AWDLSTM
import Glibc
import Testing

@Suite("Model directory")
struct ModelDirectoryTests {
  @Test("A written model reads back byte for byte")
  func roundTrip() throws {
    try withTemporaryDirectory { directory in
      let model = try GoldenNetwork("network-tiny").model().quantised()
      try model.write(to: directory + "/written/")
      let read = try Model(directory: directory + "/written")
      #expect(read.architecture == model.architecture)
      #expect(bytes(read.configuration) == bytes(model.configuration))
      #expect(bytes(read.vocabulary) == bytes(model.vocabulary))
      #expect(bytes(read.weights) == bytes(model.weights))
      #expect(throws: ModelError.self) { try Model(directory: directory + "/written.tmp") }
    }
  }

  @Test("A directory that holds something is never overwritten")
  func existingDirectory() throws {
    try withTemporaryDirectory { directory in
      let model = try GoldenNetwork("network-one").model()
      try model.write(to: directory + "/model")
      let error = #expect(throws: ModelError.self) { try model.quantised().write(to: directory + "/model") }
      #expect(error?.expected == "no such directory yet, or an empty one")
      #expect(bytes(try Model(directory: directory + "/model").weights) == bytes(model.weights))
    }
  }

  @Test("What an interrupted writing left behind does not hinder the next")
  func leftovers() throws {
    try withTemporaryDirectory { directory in
      let model = try GoldenNetwork("network-one").model()
      try make(.directory, directory + "/model.tmp")
      try model.write(to: directory + "/model")
      _ = try Model(directory: directory + "/model")
    }
  }

  @Test("The marks that an interrupted writing left behind do not become those of a model without any")
  func leftoverMarks() throws {
    try withTemporaryDirectory { directory in
      let model = try GoldenNetwork("network-one").model()
      try make(.directory, directory + "/model.tmp")
      for name in [Model.StandardFile.marks, Model.StandardFile.learnt] {
        try make(.emptyFile, directory + "/model.tmp/" + name)
      }
      try model.write(to: directory + "/model")
      for name in [Model.StandardFile.marks, Model.StandardFile.learnt] {
        #expect(throws: ModelError.self) { try ModelFile(path: "\(directory)/model/\(name)") }
      }
    }
  }

  @Test("A directory that another process is making is left to it")
  func claimedDirectory() throws {
    try withTemporaryDirectory { directory in
      let model = try GoldenNetwork("network-one").model()
      try make(.directory, directory + "/model.tmp")
      // Sound: Swift lends the call its string as a C string.
      let descriptor = unsafe open(directory + "/model.tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      let lock = flock(descriptor, LOCK_EX | LOCK_NB)
      try #require(lock == 0)
      try make(.emptyFile, directory + "/model.tmp/config.json")
      let error = #expect(throws: ModelError.self) { try model.write(to: directory + "/model") }
      #expect(error?.expected == "no other process that makes this folder")
      _ = try ModelFile(path: directory + "/model.tmp/config.json")
      close(descriptor)
      try model.write(to: directory + "/model")
      _ = try Model(directory: directory + "/model")
    }
  }

  @Test("A directory of the name that a new one is made under, with something in it, is left alone")
  func foreignDirectory() throws {
    try withTemporaryDirectory { directory in
      let model = try GoldenNetwork("network-one").model()
      try make(.directory, directory + "/model.tmp")
      try make(.emptyFile, directory + "/model.tmp/notes.txt")
      let error = #expect(throws: ModelError.self) { try model.write(to: directory + "/model") }
      #expect(error?.file == directory + "/model.tmp")
      #expect(error?.found == "'notes.txt'")
      _ = try ModelFile(path: directory + "/model.tmp/notes.txt")
      #expect(throws: ModelError.self) { try ModelFile(path: directory + "/model.tmp/config.json") }
    }
  }

  @Test("A directory that is missing, a file or without a model is named in the error, with what to do")
  func missing() throws {
    func fault(in directory: String, found: String) -> ModelError {
      ModelError(
        file: directory, expected: "a model folder", found: found,
        remedy: "name one that animo train or animo model has written")
    }
    try withTemporaryDirectory { directory in
      try make(.directory, directory + "/empty")
      try make(.emptyFile, directory + "/file")
      for (name, found) in [
        ("nothing", "no such folder"), ("empty", "a folder without config.json"), ("file", "a file"),
      ] {
        let path = "\(directory)/\(name)"
        #expect(throws: fault(in: path, found: found)) { try Model(directory: path) }
      }
    }
  }

  @Test("A directory, a FIFO or an empty file in place of a file is refused, without waiting")
  func notRegular() throws {
    try withTemporaryDirectory { directory in
      try make(.directory, directory + "/directory")
      try make(.fifo, directory + "/fifo")
      try make(.emptyFile, directory + "/empty")
      #expect(throws: ModelError.self) { try ModelFile(path: directory + "/directory") }
      #expect(throws: ModelError.self) { try ModelFile(path: directory + "/fifo") }
      #expect(try ModelFile(path: directory + "/empty").byteCount == 0)
    }
  }

  private func bytes(_ file: ModelFile) -> [UInt8] {
    file.withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
  }
}
