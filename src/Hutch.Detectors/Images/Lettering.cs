namespace Hutch.Detectors.Images;

/// <summary>Draws the few words that a picture may have to say, in letters of 5 x 7 dots.</summary>
public static class Lettering
{
    private const int Columns = 5;
    private const int Rows = 7;

    // A row of a letter is five bits, the highest on the left.
    private static readonly Dictionary<char, byte[]> Letters = new()
    {
        ['N'] = [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001],
        ['o'] = [0b00000, 0b00000, 0b01110, 0b10001, 0b10001, 0b10001, 0b01110],
        ['d'] = [0b00001, 0b00001, 0b01101, 0b10011, 0b10001, 0b10011, 0b01101],
        ['a'] = [0b00000, 0b00000, 0b01110, 0b00001, 0b01111, 0b10001, 0b01111],
        ['t'] = [0b01000, 0b01000, 0b11100, 0b01000, 0b01000, 0b01001, 0b00110],
    };

    /// <summary>A black picture with a text in its middle.</summary>
    public static Picture Say(string text, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(text);
        var picture = new Picture(width, height);
        var dot = Math.Max(1, width / (text.Length * (Columns + 1) * 3));
        var left = (width - (text.Length * (Columns + 1) * dot)) / 2;
        var top = (height - (Rows * dot)) / 2;
        for (var i = 0; i < text.Length; i++)
        {
            if (!Letters.TryGetValue(text[i], out var rows))
                continue;
            for (var at = 0; at < Columns * Rows; at++)
            {
                if ((rows[at / Columns] >> (Columns - 1 - (at % Columns)) & 1) != 0)
                    Fill(picture, left + (((i * (Columns + 1)) + (at % Columns)) * dot), top + (at / Columns * dot), dot);
            }
        }
        return picture;
    }

    private static void Fill(Picture picture, int x, int y, int size)
    {
        for (var i = 0; i < size * size; i++)
            picture.Set(x + (i % size), y + (i / size), 255, 255, 255);
    }
}
