import Testing

@testable import TweetText

@Suite("Tokens back to text")
struct DetokenizerTests {
  @Test(
    "What was tokenised comes back",
    arguments: [
      "¿Qué tal, GENTE? ¡Muy bien!", "hola", "no no no, ya", "Dijo \"hola\" (y se fue)…",
      "a las 12:30 o 1,5",
      "siiiii!!!!", "d'alessandro", "«sí», 50 $100 #tema @ana", "NO NO NO",
    ])
  func roundTrips(text: String) {
    #expect(Detokenizer.text(of: Tokenizer.tokens(of: text)) == text)
  }

  @Test("A tweet begins a line; a mark that nothing follows does nothing")
  func lines() {
    #expect(Detokenizer.text(of: ["xxbos", "uno", ".", "xxbos", "xxmaj", "dos", "xxup"]) == "uno.\nDos")
    #expect(Detokenizer.text(of: ["xxrep", "x", "a", "xxrep", "999999", "b"]) == "x a 999999 b")
    var detokenizer = Detokenizer(glued: false)
    for token in ["y", "ya", "!"] { detokenizer.add(token) }
    #expect(detokenizer.text == " y ya!")
  }

  @Test("A tweet that begins behind a given text begins a line too")
  func lineBehindText() {
    var detokenizer = Detokenizer(glued: false)
    for token in ["xxbos", "hoy", "xxbos", "ya"] { detokenizer.add(token) }
    #expect(detokenizer.text == "\nhoy\nya")
    #expect(Detokenizer.text(of: ["xxbos", "xxbos", "hoy"]) == "hoy")
  }
}
