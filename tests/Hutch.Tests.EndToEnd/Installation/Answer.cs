namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>What a command in the box answered.</summary>
internal sealed record Answer(int Code, string Output, string Errors, string Command)
{
    public string Everything => Output + Errors;

    /// <summary>It must have worked.</summary>
    public Answer Succeed()
    {
        Assert.True(Code == 0, $"{Command}\nexit code {Code}\n{Everything}");
        return this;
    }

    /// <summary>It must have failed with this exit code, and said this.</summary>
    public Answer Fail(int code, params string[] said)
    {
        Assert.True(Code == code, $"{Command}\nexit code {Code} instead of {code}\n{Everything}");
        foreach (var text in said)
            Assert.Contains(text, Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
        return this;
    }
}
