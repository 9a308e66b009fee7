import AWDLSTM
import Kernels
import TestSupport
import Testing

@Suite("Remembered beginnings of tweets")
struct BeginningTests {
  /// Batches of tweets of up to 20 tokens, of which the first ones are often the same.
  private func batches(_ count: Int, seed: UInt64) -> [Batch] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let tweets = (0..<13).map { _ in
        (0..<Int.random(in: 1...20, using: &random)).map { place in
          Int32.random(in: 0..<(place < 4 ? 3 : 43), using: &random)
        }
      }
      return Batch(tweets.sorted { $0.count > $1.count })
    }
  }

  @Test("They change no bit of an answer, however often they are chosen anew", arguments: KernelSet.available)
  func changeNoBit(kernels: KernelSet) throws {
    let network = try Network(GoldenNetwork("network-tiny").model(), kernels: kernels)
    let remembering = network.makeWorkspace(rows: 13)
    let forgetful = network.makeWorkspace(rows: 13, remembersBeginnings: false)
    // The second choice comes after 256 + 1,024 tweets.
    for batch in batches(120, seed: 1) {
      #expect(batch.logits(network, using: remembering) == batch.logits(network, using: forgetful))
    }
    #expect(remembering.rememberedBeginnings > 100 && forgetful.rememberedBeginnings == 0)
  }

  @Test("Their tokens are not computed again, but for the last of a tweet")
  func saveWork() throws {
    let network = try Network(GoldenNetwork("network-tiny").model())
    let workspace = network.makeWorkspace(rows: 13)
    // The choice comes after 256 tweets, and is computed with the batches that follow.
    for batch in batches(30, seed: 2) { _ = batch.logits(network, using: workspace) }
    try #require(workspace.rememberedBeginnings > 3)
    let wanted = Batch([[0, 1, 2, 0, 40, 41], [2, 2], [1]])
    let answers = wanted.logits(network, using: workspace)
    #expect(workspace.computedTokens < 9 && workspace.computedTokens >= 3)
    #expect(answers == wanted.logits(network))
  }

  @Test("They are computed a few at a time, and used once all of them are there")
  func areSpread() throws {
    let network = try Network(GoldenNetwork("network-tiny").model())
    let workspace = network.makeWorkspace(rows: 13)
    // Eight beginnings of one token.
    let tweets = (0..<8).map { Batch([[Int32($0), 40]]) }
    for _ in 0..<32 { for tweet in tweets { _ = tweet.logits(network, using: workspace) } }
    #expect(workspace.rememberedBeginnings == 0)
    _ = tweets[7].logits(network, using: workspace)
    #expect(workspace.rememberedBeginnings == 8 && workspace.computedTokens == 2)
    for tweet in tweets {
      let answers = tweet.logits(network, using: workspace)
      #expect(workspace.computedTokens == 1 && answers == tweet.logits(network))
    }
  }

  @Test("They change with the tweets")
  func changeWithTweets() throws {
    let network = try Network(GoldenNetwork("network-tiny").model())
    let workspace = network.makeWorkspace(rows: 13)
    let (old, new) = (Batch([[3, 4, 5, 6, 7]]), Batch([[8, 9, 10, 11, 12]]))
    for _ in 0..<256 { _ = old.logits(network, using: workspace) }
    _ = old.logits(network, using: workspace)
    #expect(workspace.computedTokens == 1)
    _ = new.logits(network, using: workspace)
    #expect(workspace.computedTokens == 5)
    for _ in 0..<1024 { _ = new.logits(network, using: workspace) }
    _ = new.logits(network, using: workspace)
    #expect(workspace.computedTokens == 1)
    _ = old.logits(network, using: workspace)
    #expect(workspace.computedTokens == 5)
  }
}
