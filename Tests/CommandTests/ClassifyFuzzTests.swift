import Foundation
import TestSupport
import Testing

@Suite struct ClassifyFuzzTests {
  private static let seeds = [
    #"{"id":1234567890123456789,"text":"qué d\u00eda :) https://t.co/x #hoy @ana"}"#,
    #"{"data":{"id":"9","text":"\ud83d\ude00 \\ \" jajaja"},"n":[1,2.5e-3,true,null,{"a":{}}]}"#,
    #"{"full_text":"NOOOO!!! ja ja ja ja","text":null}"#,
  ].map { Array($0.utf8) }

  /// A line with some bytes changed, dropped, doubled or added.
  private func mutated(_ seed: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var line = seed
    for _ in 0..<Int.random(in: 0...4, using: &random) where !line.isEmpty {
      let place = Int.random(in: 0..<line.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: line[place] = UInt8.random(in: 0...255, using: &random)
      case 1: line.remove(at: place)
      case 2: line.insert(line[place], at: place)
      default:
        line.insert(
          contentsOf: [0xC3, 0xED, 0xA0, 0x80].prefix(Int.random(in: 1...4, using: &random)), at: place)
      }
    }
    return line.map { $0 == 0x0A ? 0x20 : $0 }
  }

  /// All answers are JSON; in lockstep every line has one.
  private func check(_ input: [UInt8], format: String) async throws {
    let outcome = try await Program.run(["classify", "-q", "--input", format], input: Data(input))
    #expect(outcome.status == 0 || outcome.status == 65)
    #expect(outcome.errors == "")
    // A broken object may go on over lines that are nothing by themselves, and a line may hold two.
    let answers = outcome.stdout.split(separator: 0x0A)
    #expect(answers.count > 100)
    requireJSON(answers)
    let lockstep = try await Program.run(
      ["classify", "-q", "--lockstep", "--input", format], input: Data(input))
    #expect(lockstep.status == 0)
    #expect(lockstep.stdout.count { $0 == 0x0A } == input.count { $0 == 0x0A } + (input.last == 0x0A ? 0 : 1))
    requireJSON(lockstep.stdout.split(separator: 0x0A))
  }

  private func requireJSON(_ answers: [Data]) {
    for answer in answers where (try? JSONSerialization.jsonObject(with: answer)) == nil {
      // Foundation refuses lone surrogates, which the input's own bytes may hold.
      let text = String(decoding: answer, as: UTF8.self)
      if !text.contains("lone_surrogate"), !text.lowercased().contains("\\ud") {
        Issue.record("not JSON: \(text)")
      }
    }
  }

  @Test("Mutated objects are answered line by line", arguments: 1...4)
  func answersMutatedObjects(_ seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var input: [UInt8] = []
    for number in 0..<500 { input += mutated(Self.seeds[number % Self.seeds.count], using: &random) + [0x0A] }
    try await check(input, format: "jsonl")
  }

  @Test("Random bytes are answered line by line", arguments: ["jsonl", "text"])
  func answersRandomBytes(_ format: String) async throws {
    var random = SeededGenerator(seed: 7)
    let input = (0..<20_000).map { _ in
      Int.random(in: 0..<20, using: &random) == 0 ? 0x0A : UInt8.random(in: 0...255, using: &random)
    }
    // The beginning is plain, so that the whole is not taken for another kind of file.
    try await check(Array("hola\n".utf8) + input, format: format)
  }
}
