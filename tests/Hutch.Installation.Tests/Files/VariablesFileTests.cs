using FsCheck.Fluent;
using Hutch.Installation.Files;

namespace Hutch.Installation.Tests.Files;

public class VariablesFileTests
{
    [Fact]
    public void Any_value_comes_back_as_it_was() => FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
        ArbMap.Default.ArbFor<string>().Filter(v => v is not null && !v.Contains('\0')),
        value => VariablesFile.Parse(VariablesFile.Write([new("FIRST", value), new("SECOND", "after it")])) is var read && read["FIRST"] == value && read["SECOND"] == "after it"));

    [Fact]
    public void All_that_are_missing_are_named()
    {
        var error = Assert.Throws<UserErrorException>(() => VariableValues.Find(["A", "B", "C"], n => n == "B" ? "set" : null, new Dictionary<string, string>(), null));

        Assert.Contains("not set: A, C;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_asked_for_is_hidden_when_it_looks_secret()
    {
        var asked = new List<string>();

        var values = VariableValues.Find(["HOST", "DB_PASSWORD", "KEPT"], _ => null, new Dictionary<string, string> { ["KEPT"] = "k" }, (name, hidden) =>
        {
            asked.Add($"{name} {hidden}");
            return "answer";
        });

        Assert.Equal(["HOST False", "DB_PASSWORD True"], asked);
        Assert.Equal(("answer", "k"), (values["DB_PASSWORD"], values["KEPT"]));
    }
}
