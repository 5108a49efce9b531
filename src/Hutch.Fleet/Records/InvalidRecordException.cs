namespace Hutch.Fleet.Records;

/// <summary>A record that is not as its type wants it; the message lists every mistake, in the form of Commissaire's.</summary>
public sealed class InvalidRecordException : UserErrorException
{
    internal InvalidRecordException(string type, IReadOnlyList<string> mistakes)
        : base($"('{type} instance is invalid due to {mistakes.Count} errors.', [{string.Join(", ", mistakes.Select(Quoted))}])")
    {
    }

    internal InvalidRecordException(string message)
        : base(message)
    {
    }

    // As Python prints a text in a list.
    private static string Quoted(string text) => text.Contains('\'', StringComparison.Ordinal) ? $"\"{text}\"" : $"'{text}'";
}
