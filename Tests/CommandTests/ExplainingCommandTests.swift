import TestSupport
import Testing

@Suite("animo clean, generate and explain") struct ExplainingCommandTests {
  @Test("classify --explain adds words, the same as a filter, a compact one, and for two labels")
  func classifies() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      three=$(dirname $TINY)/network-three
      printf 'no es lo más\nhttps://t.co/x\n' >texts.txt
      $ANIMO classify --kernel plain --model $three --explain 2 texts.txt 2>errors.txt
      grep -c -- "--explain took .* ms of processor time for each text" errors.txt
      $ANIMO classify -q --kernel plain --model $three --explain 1 --labels 2 --emit compact texts.txt
      $ANIMO classify -q --model $three --explain 1 --emit label texts.txt 2>&1 | head -1
      """#, in: scratch.url)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].contains(#""why":[{"word":""#) && lines[0].split(separator: "{\"word\"").count == 3)
    #expect(lines[1].contains(#""why":[],"flags""#))
    #expect(
      lines[2] == "1" && lines[3].contains(#","why":[{"word":""#) && lines[3].hasPrefix(#"{"line":1,"label""#)
    )
    #expect(lines[5].contains("--explain needs --emit merge or --emit compact"))
  }

  @Test("explain reads files, standard input and arguments, and writes JSON and a page")
  func explains() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf '{"text":"no es lo más"}\n{"text":"ya"}\n' >texts.jsonl
      $ANIMO explain --model $TINY --json --file texts.jsonl | grep -c '"words":\[{"word":"no","start":0,"end":2,'
      printf 'ya\n\nno\n' | $ANIMO explain --model $TINY --json | wc -l
      $ANIMO explain --model $TINY --html -no | grep -c -e '<!doctype html>' -e '<article>' -e '</html>'
      $ANIMO explain --model $(dirname $TINY)/network-three --color always "no es lo más" | grep -c $'\e\['
      NO_COLOR=1 $ANIMO explain --model $TINY ya | grep -c $'\e\['
      $ANIMO explain --model $TINY --label nada ya 2>&1; echo $?
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        1
        2
        3
        1
        0
        animo: --label nada: this model has negative, neutral, positive
        64

        """)
  }

  @Test("generate writes the same for the same seed, and refuses a classifier with the reason")
  func generates() async throws {
    let recipe = try await SmallRecipe.trained()
    let outcome = try await Program.shell(
      #"""
      $ANIMO train language-model --output lm --epochs 1 --embedding 8 --hidden 12 --layers 2 --batch 2 --bptt 4 \
        --vocabulary model/vocab.txt tweets.txt prose.txt 2>errors.txt || cat errors.txt
      $ANIMO generate --model lm hoy todo --words 12 --seed 7 >one
      $ANIMO generate --model lm hoy todo --words 12 --seed 7 >two
      $ANIMO generate --model lm hoy todo --words 12 --seed 8 >three
      cmp one two && ! cmp -s one three && head -c 8 one && echo && grep -c xx one
      $ANIMO generate hola 2>&1 | tail -c 180; $ANIMO generate hola >/dev/null 2>&1; echo $?
      """#, in: recipe.scratch.url)
    #expect(
      outcome.output.hasPrefix("hoy todo\n0\n") && outcome.output.contains("a classifier has no decoder")
        && outcome.output.hasSuffix("\n78\n"), "\(outcome.output)\(outcome.errors)")
  }

  @Test("clean gives a line for each text, and shows what it removes")
  func cleans() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf '{"text":"@ana ¡Qué GRAN día! 😍 https://t.co/x"}\n{"text":"nada\\nmás"}\n' >texts.jsonl
      $ANIMO clean texts.jsonl; $ANIMO clean --diff <texts.jsonl 2>&1
      $ANIMO clean --diff --color always texts.jsonl 2>/dev/null | grep -c $'\e\[9;91m@ana \e\[0m'
      $ANIMO clean --diff --changed texts.jsonl | tail -1; $ANIMO clean --changed texts.jsonl
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        ¡Qué GRAN día!
        nada más
        [-@ana -]¡Qué GRAN día![- 😍 https://t.co/x-]
          → ¡Qué GRAN día!
        nada más
          → nada más
        animo: 2 texts, 1 changed by cleaning
        1
          → ¡Qué GRAN día!
        ¡Qué GRAN día!

        """)
  }
}
