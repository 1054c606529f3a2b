"""The language of a text that nobody has named."""

import pytest

from bot.extraction.language import language_of, told_or_seen


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "聯發科與日本電裝合作開發車用晶片"),
        ("zh", "小米发布了新手机 Mi 20 Pro"),
        ("ja", "ラヴァが新しい携帯電話を発表"),
        ("ja", "聯發科とデンソーが提携"),
        ("ko", "삼성전자, 새 휴대전화 발표"),
        ("th", "บริษัทประกาศโทรศัพท์ใหม่"),
        ("el", "Η Λάβα ανακοίνωσε νέο τηλέφωνο"),
        ("he", "החברה הודיעה על טלפון חדש"),
        ("ar", "أعلنت الشركة عن هاتف جديد"),
        ("fa", "شرکت از تلفن جدید پرده برداشت و گفت"),
        ("hi", "कंपनी ने नया फोन पेश किया"),
        ("ru", "Компания объявила о выпуске новых телефонов"),
        ("uk", "Компанія оголосила про випуск нового телефону в її мережі"),
        ("en", "Lava said on Monday that it will build a second plant and that the work is under way."),
        ("de", "Das Unternehmen kündigte an, dass die Fabrik mit dem Bau der Telefone beginnt und nicht wartet."),
        ("fr", "Le groupe a annoncé que les ventes sont en hausse dans une région, et que ce sera au printemps."),
        ("es", "La empresa dijo que las ventas del año fueron más altas y que los precios no se moverán."),
        ("it", "Il gruppo ha detto che la fabbrica è una delle più grandi e che non sono previsti tagli nel piano."),
        ("pt", "A empresa disse que as vendas foram mais altas do ano e que os preços não serão um problema."),
        (
            "nl",
            "Het bedrijf zei dat de verkoop van toestellen niet met een derde is gestegen en dat het zijn doel haalt.",
        ),
        ("pl", "Spółka podała, że sprzedaż nie jest w tym roku niższa i że to się nie zmieni przez kryzys."),
        ("tr", "Şirket bu yıl için daha çok üretim ve bir yeni fabrika planladığını söyledi."),
        ("", "Lava Lava Lava"),
        ("", "12:30 – 14:00"),
        ("", ""),
    ],
)
def test_it_is_told_by_script_and_common_words(lang: str, text: str) -> None:
    assert language_of(text) == lang


@pytest.mark.parametrize(
    ("told", "text", "lang"),
    [
        ("en-US", "Lava grows", "en"),
        ("ZH_tw", "聯發科", "zh"),
        ("sw", "Kampuni", "sw"),
        ("en-us", "聯發科與日本電裝合作開發車用晶片", "zh"),
        ("en", "Société générale", "en"),
        ("bg", "Компанията обяви нов телефон", "bg"),
        ("ur", "کمپنی نے نیا فون پیش کیا", "ur"),
        ("english", "聯發科與日本電裝合作", "zh"),
        ("", "Lava", ""),
        ("<b>", "Lava", ""),
    ],
)
def test_what_the_source_says_holds_unless_the_script_belies_it(told: str, text: str, lang: str) -> None:
    assert told_or_seen(told, text) == lang
