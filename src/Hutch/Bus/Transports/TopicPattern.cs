namespace Hutch.Bus.Transports;

/// <summary>Matches routing keys against the binding keys of AMQP 0-9-1 topic exchanges.</summary>
public static class TopicPattern
{
    /// <summary>
    /// Whether a binding key (words joined by dots; <c>*</c> stands for exactly one word, <c>#</c> for any number, also none)
    /// matches a routing key. An empty key has no words.
    /// </summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> routingKey)
    {
        // As file names are matched against wildcards: on a mismatch, the last # takes one word more. An earlier # never
        // needs to, so the time is at most words times words. A position behind the end of a text is its end.
        int p = 0, k = 0, afterHash = -1, hashEnd = 0;
        while (k <= routingKey.Length && !routingKey.IsEmpty)
        {
            if (p <= pattern.Length && !pattern.IsEmpty)
            {
                var word = WordAt(pattern, p);
                if (word is "#")
                {
                    p += word.Length + 1;
                    (afterHash, hashEnd) = (p, k);
                    continue;
                }
                var given = WordAt(routingKey, k);
                if (word is "*" || word.SequenceEqual(given))
                {
                    p += word.Length + 1;
                    k += given.Length + 1;
                    continue;
                }
            }
            if (afterHash < 0)
                return false;
            p = afterHash;
            hashEnd += WordAt(routingKey, hashEnd).Length + 1;
            k = hashEnd;
        }
        while (p <= pattern.Length && !pattern.IsEmpty)
        {
            if (WordAt(pattern, p) is not "#")
                return false;
            p += 2;
        }
        return true;
    }

    private static ReadOnlySpan<char> WordAt(ReadOnlySpan<char> text, int start)
    {
        var rest = text[start..];
        var dot = rest.IndexOf('.');
        return dot < 0 ? rest : rest[..dot];
    }
}
