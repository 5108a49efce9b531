using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// Topic matching as kombu does it on Redis: a regular expression per binding, stored in the set of bindings and evaluated
/// by the sender. It differs from AMQP: <c>*</c> also spans dots, <c>#</c> does not match nothing.
/// </summary>
internal static class RedisPattern
{
    private static readonly ConcurrentDictionary<string, Regex?> Compiled = new();

    /// <summary>The expression for a binding key: <c>simple.*</c> gives <c>^simple\..*?[^\.]$</c>.</summary>
    public static string Of(string bindingKey)
    {
        ArgumentNullException.ThrowIfNull(bindingKey);
        return $"^{string.Join(@"\.", bindingKey.Split('.').Select(Word))}$";
    }

    /// <summary>Whether an expression from the set of bindings matches a routing key. One that is no expression matches nothing.</summary>
    public static bool Matches(string pattern, string routingKey)
    {
        if (!Compiled.TryGetValue(pattern, out var regex))
        {
            regex = Compile(pattern);
            // The set is written by others: its size is not ours to bound, but our memory is.
            if (Compiled.Count < 10_000)
                Compiled[pattern] = regex;
        }
        return regex is not null && regex.IsMatch(routingKey);
    }

    private static string Word(string word) => word switch
    {
        "*" => @".*?[^\.]",
        "#" => ".*?",
        _ => Escape(word),
    };

    // As kombu escapes: everything but letters, digits, *, # and the dot; also where no regular expression needs it.
    private static string Escape(string word)
    {
        var escaped = new StringBuilder(word.Length + 8);
        foreach (var c in word)
        {
            if (c == '\0')
                escaped.Append(@"\000");
            else if (char.IsLetterOrDigit(c) || c is '*' or '#')
                escaped.Append(c);
            else
                escaped.Append('\\').Append(c);
        }
        return escaped.ToString();
    }

    private static Regex? Compile(string pattern)
    {
        // Python lets any character be escaped that is no letter or digit; .NET does not know \_.
        var portable = new StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                if (pattern[i + 1] != '_')
                    portable.Append('\\');
                i++;
            }
            portable.Append(pattern[i]);
        }
        try
        {
            // Anchored as re.match is, and linear in time: the expression may come from anyone.
            return new Regex($@"\A(?:{portable})", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
