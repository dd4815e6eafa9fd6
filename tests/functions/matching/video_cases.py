"""Searches for videos as YouTube answers them: the track, the hits in YouTube's order, and the right one among them."""

from __future__ import annotations

from dataclasses import dataclass

from kamerton.music.track import Track
from kamerton.music.video import Video


@dataclass(frozen=True)
class Case:
    """`right` is the place of the right hit, or None when none is."""

    name: str
    track: Track
    hits: tuple[Video, ...]
    right: int | None


def _track(artists: str, title: str, seconds: float | None = None) -> Track:
    names = tuple(filter(None, artists.split("; ")))
    return Track("0" * 22, title, names, duration_ms=None if seconds is None else round(seconds * 1000))


def _case(name: str, track: Track, right: int | None, *hits: tuple[str, str, float | None]) -> Case:
    videos = [
        Video(f"video-{place:05d}", title, channel, None if seconds is None else round(seconds * 1000))
        for place, (title, channel, seconds) in enumerate(hits)
    ]
    return Case(name, track, tuple(videos), right)


CASES = (
    _case(
        "the artist's own channel before a lyric video",
        _track("Muse", "Hysteria", 227),
        1,
        ("Muse - Hysteria (Lyrics)", "SomeLyrics", 229),
        ("Muse - Hysteria (Official Video)", "Muse", 229),
        ("Muse - Hysteria [Live From Wembley Stadium]", "Muse", 258),
    ),
    _case(
        "a topic channel has the recording itself",
        _track("Linkin Park", "In the End", 216),
        2,
        ("Linkin Park - In The End (Live In Texas)", "Linkin Park", 220),
        ("Linkin Park - In The End (Mellen Gi Remix)", "Trap Nation", 207),
        ("In the End", "Linkin Park - Topic", 217),
    ),
    _case(
        "Vevo, and a film around the song",
        _track("Adele", "Hello", 295),
        0,
        ("Adele - Hello (Official Music Video)", "AdeleVEVO", 367),
        ("Hello - Adele (Cover by Somebody)", "Somebody Sings", 290),
        ("Lionel Richie - Hello", "LionelRichieVEVO", 327),
    ),
    _case(
        "the official audio before the film that is longer",
        _track("Michael Jackson", "Thriller", 358),
        1,
        ("Michael Jackson - Thriller (Official 4K Video)", "Michael Jackson", 823),
        ("Michael Jackson - Thriller (Official Audio)", "Michael Jackson", 359),
    ),
    _case(
        "covers, karaoke and lessons only",
        _track("Coldplay", "Fix You", 295),
        None,
        ("Fix You - Coldplay (Boyce Avenue acoustic cover)", "Boyce Avenue", 290),
        ("Coldplay - Fix You (Karaoke Version)", "Sing King", 295),
        ("How to play Fix You by Coldplay - guitar lesson", "Lessons", 620),
        ("Fix You (In the Style of Coldplay) [Instrumental]", "Party Tyme Karaoke", 295),
    ),
    _case(
        "sped up, slowed, nightcore and an hour of it",
        _track("Lady Gaga", "Bloody Mary", 244),
        4,
        ("Lady Gaga - Bloody Mary (Sped Up)", "speed songs", 190),
        ("lady gaga - bloody mary (slowed + reverb)", "slowed tunes", 300),
        ("Nightcore - Bloody Mary", "Nightcore Zone", 185),
        ("Lady Gaga - Bloody Mary [1 HOUR]", "Loop Land", 3600),
        ("Lady Gaga - Bloody Mary (Official Audio)", "Lady Gaga", 245),
    ),
    _case(
        "a live track wants the live recording",
        _track("Nirvana", "About A Girl - Live", 217),
        1,
        ("Nirvana - About A Girl", "Nirvana", 168),
        ("Nirvana - About A Girl (Live On MTV Unplugged, 1993)", "NirvanaVEVO", 218),
    ),
    _case(
        "a remix wants the remix",
        _track("Lana Del Rey; Cedric Gervais", "Summertime Sadness - Cedric Gervais Remix", 214),
        1,
        ("Lana Del Rey - Summertime Sadness (Official Music Video)", "LanaDelReyVEVO", 265),
        ("Lana Del Rey vs Cedric Gervais - Summertime Sadness (Remix) (Audio)", "LanaDelReyVEVO", 215),
    ),
    _case(
        "sped up is what was asked for",
        _track("RAYE", "Escapism. - Sped Up", 230),
        1,
        ("RAYE - Escapism. (Official Music Video) ft. 070 Shake", "RAYE", 279),
        ("RAYE, 070 Shake - Escapism. (Sped Up) (Audio)", "RAYE", 230),
    ),
    _case(
        "the word live in a title is no mark",
        _track("Wings", "Live and Let Die", 193),
        0,
        ("Live And Let Die (Remastered)", "Wings - Topic", 193),
        ("Guns N' Roses - Live And Let Die", "Guns N' Roses", 184),
    ),
    _case(
        "the band Live is no concert",
        _track("Live", "Lightning Crashes", 326),
        1,
        ("Live - Lightning Crashes (Live at Woodstock)", "Some Fan", 330),
        ("Live - Lightning Crashes", "LiveVEVO", 327),
    ),
    _case(
        "another song of the artist is not it",
        _track("U2", "One", 276),
        None,
        ("U2 - One Tree Hill (Official Audio)", "U2", 323),
        ("U2 - With Or Without You (Official Video)", "U2", 276),
    ),
    _case(
        "the same title of others is not it",
        _track("Kaleo", "Save Yourself", 292),
        None,
        ("Stabbing Westward - Save Yourself (Official Video)", "StabbingWestwardVEVO", 255),
        ("My Darkest Days - Save Yourself (Official Video)", "My Darkest Days", 240),
    ),
    _case(
        "a song that is called as its artist",
        _track("Iron Maiden", "Iron Maiden - 2015 Remaster", 217),
        1,
        ("Iron Maiden - The Trooper (Official Video)", "Iron Maiden", 250),
        ("Iron Maiden (2015 Remaster)", "Iron Maiden - Topic", 218),
    ),
    _case(
        "accents and apostrophes",
        _track("Beyoncé", "Don't Hurt Yourself (feat. Jack White)", 233),
        0,
        ("BEYONCE - DONT HURT YOURSELF (Official Audio)", "Beyoncé", 234),
        ("Don't Hurt Yourself - Beyoncé (drum cover)", "Drummer", 233),
    ),
    _case(
        "entities were read, and guests stand elsewhere",
        _track("Simon & Garfunkel", "Mrs. Robinson", 244),
        0,
        ("Simon & Garfunkel - Mrs. Robinson (Audio)", "SimonGarfunkelVEVO", 241),
        ("The Lemonheads - Mrs. Robinson", "The Lemonheads", 223),
    ),
    _case(
        "Cyrillic, with the word for a clip",
        _track("Кино", "Группа крови", 285),
        0,
        ("Виктор Цой и группа Кино - Группа крови (клип)", "Кино", 288),
        ("Кино - Группа крови (кавер на гитаре)", "Гитарист", 285),
    ),
    _case(
        "Japanese, title and artist in quotation marks",
        _track("YOASOBI", "夜に駆ける", 261),
        0,
        ("YOASOBI「夜に駆ける」 Official Music Video", "Ayase / YOASOBI", 264),
        ("夜に駆ける / YOASOBI (cover)", "歌ってみた", 262),
    ),
    _case(
        "Korean, in two scripts",
        _track("BTS", "Dynamite", 199),
        0,
        ("BTS (방탄소년단) 'Dynamite' Official MV", "HYBE LABELS", 224),
        ("Taio Cruz - Dynamite", "TaioCruzVEVO", 205),
    ),
    _case(
        "nothing is known of durations",
        _track("Radiohead", "Creep"),
        0,
        ("Radiohead - Creep", "Radiohead", None),
        ("Radiohead - Creep (Live)", "Radiohead", None),
    ),
    _case(
        "several artists, of whom the title names some",
        _track("Mark Ronson; Bruno Mars", "Uptown Funk (feat. Bruno Mars)", 269),
        0,
        ("Mark Ronson - Uptown Funk (Official Video) ft. Bruno Mars", "MarkRonsonVEVO", 271),
        ("Uptown Funk - Mark Ronson ft Bruno Mars (Saxophone Cover)", "Sax", 260),
    ),
    _case(
        "title before artist",
        _track("Norah Jones", "Don't Know Why", 186),
        0,
        ("Don't Know Why | Norah Jones", "Somebody", 186),
        ("Norah Jones - Come Away With Me", "NorahJonesVEVO", 198),
    ),
    _case(
        "a whole album is not the song",
        _track("Pink Floyd", "Time", 413),
        1,
        ("Pink Floyd - The Dark Side Of The Moon (Full Album)", "Pink Floyd", 2580),
        ("Pink Floyd - Time (2023 Remaster)", "Pink Floyd", 414),
    ),
    _case(
        "a reaction and a parody",
        _track("Rammstein", "Sonne", 272),
        2,
        ("First time hearing Rammstein - Sonne REACTION", "Reacts", 900),
        ("Rammstein - Sonne (parody)", "Funny", 250),
        ("Rammstein - Sonne (Official Video)", "Rammstein Official", 275),
    ),
    _case(
        "an instrumental by name",
        _track("Metallica", "Orion (Instrumental)", 507),
        0,
        ("Orion", "Metallica - Topic", 508),
        ("Metallica - Orion (guitar cover)", "Player", 500),
    ),
    _case(
        "a title of words that mostly are decoration",
        _track("Madonna", "Music", 225),
        0,
        ("Madonna - Music (Official Video)", "MadonnaVEVO", 285),
        ("Madonna - Hung Up (Official Video)", "Madonna", 324),
    ),
    _case(
        "a title of a number beside such a word",
        _track("Blur", "Song 2 - 2012 Remaster", 122),
        1,
        ("Blur - Girls And Boys (Official Music Video)", "Blur", 262),
        ("Blur - Song 2 (Official Music Video)", "Blur", 122),
    ),
    _case(
        "the concert of a song that has live in its name",
        _track("Paul McCartney", "Live and Let Die", 193),
        None,
        ("Paul McCartney - Live and Let Die (Live in New York)", "Fan Club", 280),
    ),
    _case(
        "a part with another number",
        _track("Pink Floyd", "Another Brick in the Wall, Pt. 2", 239),
        1,
        ("Another Brick In The Wall, Pt. 1", "Pink Floyd - Topic", 191),
        ("Another Brick In The Wall, Pt. 2", "Pink Floyd - Topic", 240),
    ),
    _case(
        "another movement of the same work",
        _track("Frédéric Chopin", "Nocturne No. 2 in E-Flat Major, Op. 9", 270),
        None,
        ("Chopin: Nocturne No. 1 in B-Flat Minor, Op. 9", "Frédéric Chopin - Topic", 330),
    ),
    _case("no hit at all", _track("Nobody", "Nothing", 100), None),
    _case(
        "only the title is known",
        _track("", "Bohemian Rhapsody", 354),
        0,
        ("Queen – Bohemian Rhapsody (Official Video Remastered)", "Queen Official", 360),
        ("Bohemian Rhapsody - Piano Tutorial", "Piano", 400),
    ),
)

# Written down after the weights were set, and not looked at to set them.
UNSEEN = (
    _case(
        "a number as a title",
        _track("Prince", "1999 - 2019 Remaster", 379),
        1,
        ("Prince - Little Red Corvette (Official Music Video)", "Prince", 190),
        ("Prince - 1999 (Official Music Video)", "Prince", 220),
        ("Prince - 1999 (Live at Capital Centre)", "Prince", 400),
    ),
    _case(
        "an acoustic version was asked for",
        _track("Ed Sheeran", "Perfect - Acoustic", 260),
        1,
        ("Ed Sheeran - Perfect (Official Music Video)", "Ed Sheeran", 279),
        ("Ed Sheeran - Perfect (Acoustic)", "Ed Sheeran", 261),
    ),
    _case(
        "a duet under the other artist's name",
        _track("Santana; Rob Thomas", "Smooth (feat. Rob Thomas)", 294),
        0,
        ("Santana - Smooth (Official Video) ft. Rob Thomas", "SantanaVEVO", 250),
        ("Smooth - Santana (guitar lesson)", "Guitar", 600),
    ),
    _case(
        "classical music with a long title",
        _track(
            "Ludwig van Beethoven; Wilhelm Kempff", 'Piano Sonata No. 14 in C-Sharp Minor "Moonlight": I. Adagio sostenuto', 340
        ),
        0,
        ('Beethoven: Piano Sonata No. 14 in C-Sharp Minor "Moonlight": I. Adagio sostenuto', "Wilhelm Kempff - Topic", 341),
        ("Moonlight Sonata (1 hour)", "Relax", 3600),
    ),
    _case(
        "Hindi, in Latin letters",
        _track("Arijit Singh; Mithoon", "Tum Hi Ho", 262),
        0,
        ('"Tum Hi Ho" Aashiqui 2 Full Song With Lyrics | Aditya Roy Kapur, Shraddha Kapoor | Arijit Singh', "T-Series", 264),
        ("Tum Hi Ho (Female Cover)", "Singer", 250),
    ),
    _case(
        "a song called Cover Me",
        _track("Bruce Springsteen", "Cover Me", 206),
        0,
        ("Bruce Springsteen - Cover Me (Official Audio)", "Bruce Springsteen", 207),
        ("Cover Me (Bruce Springsteen cover)", "Band", 210),
    ),
    _case(
        "a wrong artist with a name alike",
        _track("Air", "All I Need", 268),
        1,
        ("Fairground Attraction - Perfect", "Fairground", 216),
        ("Air - All I Need (Official Video)", "Air", 270),
        ("Radiohead - All I Need", "Radiohead", 230),
    ),
    _case(
        "only a concert is there",
        _track("Phish", "Tweezer", 526),
        None,
        ("Phish - Tweezer Live at MSG", "Fan", 1500),
        ("Tweezer (Phish) - drum cover", "Drums", 526),
    ),
    _case(
        "an upload in capitals with decoration all over",
        _track("System Of A Down", "Chop Suey!", 210),
        0,
        ("SYSTEM OF A DOWN - CHOP SUEY! [OFFICIAL HD VIDEO]", "systemofadownVEVO", 208),
        ("System Of A Down - Chop Suey! (Russian cover)", "Radio Tapok", 212),
    ),
    _case(
        "a clean title by a stranger with the artist in the description only",
        _track("Burial", "Archangel", 238),
        None,
        ("Archangel", "Two Steps From Hell - Topic", 162),
        ("Archangel", "somebody", 400),
    ),
    _case(
        "a band in small letters, and its concert first",
        _track("Die Ärzte", "Schrei nach Liebe", 253),
        1,
        ("Die Ärzte - Schrei nach Liebe (Live)", "die ärzte", 290),
        ("die ärzte - Schrei nach Liebe (Official Video)", "die ärzte", 252),
    ),
    _case(
        "a mashup with another song",
        _track("ABBA", "Gimme! Gimme! Gimme! (A Man After Midnight)", 292),
        1,
        ("ABBA x Madonna - Gimme Gimme Hung Up (Mashup)", "DJ", 240),
        ("ABBA - Gimme! Gimme! Gimme! (A Man After Midnight) (Official Music Video)", "ABBA", 196),
    ),
)
