import Testing

@testable import Tweets

@Suite("The languages that are wanted") struct LanguageChoiceTests {
  @Test(
    "Only the language of a code counts; a tweet that does not know its own is wanted",
    arguments: [
      ("es", true), ("ES", true), ("es-419", true), ("es_MX", true), ("spa", true), ("ca", true),
      ("pt", true), ("pt-PT", true), ("en", false), ("eo", false), ("est", false), ("e", false),
      ("español", false), ("", true), ("und", true), ("zxx", true), ("qme", true), ("qu", false),
    ])
  func includes(code: String, isWanted: Bool) {
    let choice = LanguageChoice(["es", "CA", "pt-BR"])
    let bytes = Array(code.utf8)
    let (isIncluded, isIncludedInAll) = (choice.includes(bytes.span), LanguageChoice().includes(bytes.span))
    #expect(isIncluded == isWanted)
    #expect(isIncludedInAll)
  }

  @Test(
    "A slip in a code is found",
    arguments: [
      ("es", true), ("spa", true), ("pt-BR", true), ("zh-Hant-TW", true), ("es-419", true),
      ("spanish", false),
      ("e", false), ("", false), ("es-", false), ("es,en", false), ("ñs", false), ("12", false),
    ])
  func codes(text: String, isCode: Bool) {
    #expect(LanguageChoice.isCode(text) == isCode)
  }
}
