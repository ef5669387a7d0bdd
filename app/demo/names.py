"""What the people of the demo are called: a town in the north of England, with everybody who lives there."""

import unicodedata
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Naming:
    """Names that go together in one family."""

    children: tuple[str, ...]
    adults: tuple[str, ...]
    surnames: tuple[str, ...]


def _naming(children: str, adults: str, surnames: str) -> Naming:
    return Naming(tuple(children.split()), tuple(adults.split()), tuple(surnames.split()))


NAMINGS = (
    _naming(
        "Alfie Archie Daisy Edith Florence Freddie George Grace Harry Isla Ivy Jack Lily Oscar Poppy Ruby Theo",
        "Andrew Claire Daniel Emma Helen James Jennifer Laura Mark Matthew Rachel Richard Sarah Simon Stephen Victoria",
        "Ackroyd Atkinson Barker Booth Clarkson Dawson Firth Greenwood Hargreaves Holroyd Naylor Sutcliffe Ward",
    ),
    _naming(
        "Aoife Cara Ciara Conor Finn Liam Maeve Niamh Oisín Rory Saoirse Seán",
        "Brendan Deirdre Eoin Gráinne Kieran Orla Patrick Siobhán",
        "Brennan Doyle Fitzgerald Gallagher Kavanagh O’Neill O’Sullivan Quinn",
    ),
    _naming(
        "Aarav Anaya Arjun Diya Ishaan Kavya Meera Nikhil Rohan Saanvi Tara Veer",
        "Anand Anjali Deepa Kiran Meenakshi Rajesh Sandeep Sunita Vikram",
        "Bhatt Chaudhary Desai Iyer Joshi Mehta Nair Patel Raman Shah",
    ),
    _naming(
        "Amrit Gurleen Harjot Jasleen Jovan Kirat Manpreet Simran",
        "Amandeep Balvinder Gurpreet Harpreet Jaswinder Kulwinder Parminder",
        "Bains Dhillon Gill Grewal Sandhu Sidhu Virk",
    ),
    _naming(
        "Aaliyah Ahmed Amina Bilal Fatima Hamza Ibrahim Inaya Khadija Mariam Musa Safiya Yusuf Zainab Zayn",
        "Abdul Adeel Asma Farah Imran Nadia Rukhsana Sajid Shabana Tariq Yasmin",
        "Ahmed Akhtar Begum Chowdhury Hussain Iqbal Khan Mahmood Malik Rahman Siddiqui",
    ),
    _naming(
        "Ade Chidi Dayo Ebele Efe Kemi Kofi Ngozi Nneka Seun Simi Temi Tunde Zuri",
        "Abena Adaeze Babatunde Chinedu Folake Kwame Ngozi Obinna Yetunde",
        "Achebe Adeyemi Asante Balogun Boateng Eze Mensah Nwosu Okafor Olatunji Owusu",
    ),
    _naming(
        "Amal Ayaan Deqa Hodan Idris Ifrah Liban Sagal Warsame Yahya",
        "Abdirahman Faduma Hawa Ismail Khadra Mohamed Sahra",
        "Abdi Farah Hassan Jama Osman Warsame Yusuf",
    ),
    _naming(
        "Amelia Elijah Imani Jayden Kiara Malachi Nevaeh Nia Tiana Zion",
        "Beverley Clive Delroy Jermaine Marcia Shanice Tanisha Winston",
        "Bailey Brown Campbell Clarke Francis Grant Morgan Reid Williams",
    ),
    _naming(
        "Alicja Antoni Hanna Jakub Julia Kacper Lena Maja Mikołaj Oliwia Zofia",
        "Agnieszka Andrzej Ewa Grzegorz Katarzyna Magdalena Marcin Piotr",
        "Jabłoński Kaczmarek Lewandowicz Mazur Nowak Wójcik Zając",
    ),
    _naming(
        "Bohdan Daryna Ivan Kateryna Maksym Marko Oksana Solomiia Vira",
        "Andriy Halyna Iryna Olena Serhiy Taras Yuliya",
        "Bondarenko Hrytsenko Kovalenko Melnyk Petrenko Shevchuk",
    ),
    _naming(
        "Adrian Anca Ioana Luca Matei Mihai Sofia Ștefan",
        "Alina Cristian Elena Florin Gabriela Mihaela Radu",
        "Ciobanu Dumitru Ionescu Munteanu Popa Stan",
    ),
    _naming(
        "Chloe Ethan Hao Jia Kai Lok Mei Ming Xin Yan Ying",
        "Fang Hui Jing Li Mei Wai Wei Xiao",
        "Chan Chen Cheung Huang Lau Li Lin Wong Zhang",
    ),
    _naming(
        "An Bảo Châu Duy Hân Khoa Linh Minh Ngọc Thảo",
        "Dũng Hiền Hương Lan Phương Quang Tuấn",
        "Đặng Hoàng Lê Nguyễn Phạm Trần",
    ),
    _naming(
        "Can Defne Deniz Ela Emir Leyla Mert Rojda Zeynep Zilan",
        "Ayşe Berfin Hasan Mehmet Özlem Serkan Sevgi",
        "Aydın Demir Kaya Özdemir Şahin Yıldız",
    ),
    _naming(
        "Clara Diogo Inês Leonor Mateus Rafael Sofia Tomás",
        "Ana Carlos Catarina João Marta Paulo Rita",
        "Almeida Carvalho Ferreira Oliveira Pereira Silva",
    ),
    _naming(
        "Adam Ari Asher Hannah Leah Miriam Noa Rafi Talia",
        "Daniela Jonathan Naomi Rebecca Samuel Tamar",
        "Abrahams Cohen Goldstein Levy Rosen Shapiro",
    ),
)
WEIGHTS = (34, 6, 9, 4, 12, 7, 3, 4, 5, 3, 3, 4, 3, 2, 2, 2)

# These letters do not come apart into a plain one and a mark, so normalising would drop them.
PLAIN = str.maketrans({"ł": "l", "đ": "d", "ı": "i", "ø": "o", "ß": "ss", "’": "", "'": "", " ": "."})


def naming(random: Random) -> Naming:
    """How one family is named."""
    return random.choices(NAMINGS, WEIGHTS)[0]


def plain(name: str) -> str:
    """A name as it can stand in a sign-in name: ``Siobhán O’Neill`` becomes ``siobhan.oneill``."""
    text = unicodedata.normalize("NFD", name.lower().translate(PLAIN))
    return "".join(char for char in text if char.isascii())
